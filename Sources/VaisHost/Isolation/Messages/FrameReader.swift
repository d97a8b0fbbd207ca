/// A message that is not what it must be: the other side is broken.
struct FrameFault: Error {}

/// Takes a message apart, and believes nothing in it. Borrows its bytes.
struct FrameReader {
    private var rest: UnsafeRawBufferPointer

    init(_ message: UnsafeRawBufferPointer) { rest = message }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func kind() throws(FrameFault) -> FrameKind {
        guard let kind = FrameKind(rawValue: try number(UInt8.self)) else { throw FrameFault() }
        return kind
    }

    mutating func number<T: FixedWidthInteger>(_ type: T.Type) throws(FrameFault) -> T {
        T(littleEndian: try take(MemoryLayout<T>.size).loadUnaligned(as: T.self))
    }

    mutating func flag() throws(FrameFault) -> Bool {
        switch try number(UInt8.self) {
        case 0: false
        case 1: true
        default: throw FrameFault()
        }
    }

    /// Repaired where it is not UTF-8.
    mutating func text() throws(FrameFault) -> String { String(decoding: try data(), as: UTF8.self) }

    mutating func optionalText() throws(FrameFault) -> String? { try flag() ? try text() : nil }

    mutating func data() throws(FrameFault) -> UnsafeRawBufferPointer {
        guard let count = Int(exactly: try number(UInt32.self)) else { throw FrameFault() }
        return try take(count)
    }

    /// What has not been read.
    mutating func remainder() -> UnsafeRawBufferPointer {
        defer { rest = UnsafeRawBufferPointer(start: nil, count: 0) }
        return rest
    }

    /// Nothing may follow.
    func end() throws(FrameFault) {
        guard rest.isEmpty else { throw FrameFault() }
    }

    private mutating func take(_ count: Int) throws(FrameFault) -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw FrameFault() }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }
}

extension FrameReader {
    /// Plain text of bounded length, whatever was sent.
    mutating func error() throws(FrameFault) -> PluginError {
        guard let code = PluginError.Code(rawValue: try number(UInt8.self)) else { throw FrameFault() }
        let message = plainText(try text(), limit: 4000)
        return PluginError(code, message, hint: try optionalText().map { plainText($0) })
    }
}
