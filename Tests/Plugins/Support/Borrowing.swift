import CVaisPlugin

extension String {
    init(_ span: vais_span) {
        self.init(decoding: UnsafeBufferPointer(start: span.data, count: Int(span.size)), as: UTF8.self)
    }
}

extension Collection<UInt8> {
    var hex: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// Calls `body` with a span over these bytes.
func borrowing<Result>(_ bytes: [UInt8], _ body: (vais_span) throws -> Result) rethrows -> Result {
    try bytes.withUnsafeBufferPointer { try body(vais_span(data: $0.baseAddress, size: UInt64($0.count))) }
}

func borrowing<Result>(_ text: String, _ body: (vais_span) throws -> Result) rethrows -> Result {
    try borrowing(Array(text.utf8), body)
}

/// Settings that live as long as a test needs them.
final class SettingList {
    private var settings: [vais_setting] = []
    private var owned: [UnsafeMutableBufferPointer<UInt8>] = []

    init(_ integers: [String: Int64] = [:], texts: [String: String] = [:]) {
        for (key, value) in integers {
            settings.append(
                vais_setting(key: own(key), value: vais_cell(type: VAIS_I64, size: 0, value: .init(i64: value))))
        }
        for (key, value) in texts {
            let text = own(value)
            settings.append(
                vais_setting(
                    key: own(key),
                    value: vais_cell(type: VAIS_TEXT, size: UInt32(text.size), value: .init(data: text.data))))
        }
    }

    deinit { for buffer in owned { buffer.deallocate() } }

    func withPointer<Result>(_ body: (UnsafePointer<vais_setting>?, UInt32) -> Result) -> Result {
        settings.withUnsafeBufferPointer { body($0.baseAddress, UInt32($0.count)) }
    }

    private func own(_ text: String) -> vais_span {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        _ = buffer.initialize(from: text.utf8)
        owned.append(buffer)
        return vais_span(data: buffer.baseAddress, size: UInt64(buffer.count))
    }
}

/// A `vais_call` with room for what went wrong.
final class TestCall {
    private let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: 512)
    private let error = UnsafeMutablePointer<vais_error>.allocate(capacity: 1)
    let pointer = UnsafeMutablePointer<vais_call>.allocate(capacity: 1)

    init(deadline: UInt64 = 0) {
        error.initialize(to: vais_error())
        error.pointee.struct_size = UInt32(MemoryLayout<vais_error>.size)
        error.pointee.message = buffer
        error.pointee.message_capacity = 512
        pointer.initialize(
            to: vais_call(
                struct_size: UInt32(MemoryLayout<vais_call>.size), flags: 0, deadline: deadline, cancelled: nil,
                error: error))
    }

    deinit {
        buffer.deallocate()
        error.deallocate()
        pointer.deallocate()
    }

    var message: String { error.pointee.text }
}

extension vais_error {
    var text: String {
        let size = min(Int(message_size), Int(message_capacity))
        guard let message, size > 0 else { return "" }
        return UnsafeBufferPointer(start: message, count: size)
            .withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
    }
}
