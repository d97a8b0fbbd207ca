internal import Glibc
internal import VaisProtocol

/// Takes a `multipart/form-data` body (RFC 7578, RFC 2046 section 5.1) apart while it arrives. It keeps at most one piece that was fed
/// and the beginning of a delimiter, however large the body is.
///
///     feed(bytes), then next() until nil, then feed again
///
/// Stricter than the grammar: every part has a name, header sections and the number of parts are bounded, and a line that begins
/// like a delimiter must be one.
struct MultipartParser {
    enum Event: Equatable {
        case part(MultipartPart)
        /// Some of the part's data.
        case data([UInt8])
        case endOfPart
        /// The closing delimiter was there; whatever follows is ignored.
        case end
    }

    private enum State { case preamble, delimiter, head, data, epilogue }

    private static let preambleBytes = 1024
    private static let headBytes = 8 << 10
    private static let mostParts = 32
    private static let paddingBytes = 64

    /// A line break, two hyphens and the boundary.
    private let delimiter: [UInt8]
    /// As if a line break came before the body: then the first delimiter is like the others.
    private var pending: [UInt8] = [13, 10]
    private var position = 0
    private var state = State.preamble
    private var parts = 0
    private var skipped = 0

    /// - Parameter boundary: 1 to 70 bytes, as the grammar demands; nil otherwise.
    init?(boundary: String) {
        let bytes = Array(boundary.utf8)
        guard (1...70).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }),
            bytes.last != UInt8(ascii: " ")
        else { return nil }
        delimiter = [13, 10, UInt8(ascii: "-"), UInt8(ascii: "-")] + bytes
    }

    /// Whether the closing delimiter has come.
    var isComplete: Bool { state == .epilogue }

    mutating func feed(_ bytes: some Collection<UInt8>) {
        guard state != .epilogue else { return }
        pending.removeFirst(position)
        position = 0
        pending.append(contentsOf: bytes)
    }

    /// The next event, or nil when more bytes are needed. After it has thrown nothing may follow.
    mutating func next() throws(Problem) -> Event? {
        while true {
            switch state {
            case .preamble:
                guard try skipPreamble() else { return nil }
                state = .delimiter
            case .delimiter:
                guard let isLast = try readDelimiterEnd() else { return nil }
                if isLast {
                    state = .epilogue
                    pending = []
                    position = 0
                    return .end
                }
                state = .head
            case .head:
                guard let part = try readHead() else { return nil }
                state = .data
                return .part(part)
            case .data:
                let found = findDelimiter()
                if found == position {
                    position += delimiter.count
                    state = .delimiter
                    return .endOfPart
                }
                // What may be the beginning of a delimiter waits for its rest.
                let end = found ?? max(position, pending.count - delimiter.count + 1)
                guard end > position else { return nil }
                defer { position = end }
                return .data(Array(pending[position..<end]))
            case .epilogue:
                return nil
            }
        }
    }

    private mutating func skipPreamble() throws(Problem) -> Bool {
        if let found = findDelimiter() {
            position = found + delimiter.count
            return true
        }
        let end = max(position, pending.count - delimiter.count + 1)
        skipped += end - position
        position = end
        guard skipped <= Self.preambleBytes else { throw .malformedForm("it does not begin with its boundary") }
        return false
    }

    /// What follows a delimiter: two hyphens after the last one, otherwise the end of the line. Nil when more bytes are needed.
    private mutating func readDelimiterEnd() throws(Problem) -> Bool? {
        var end = position
        guard pending.count - end >= 2 else { return nil }
        if pending[end] == UInt8(ascii: "-"), pending[end + 1] == UInt8(ascii: "-") {
            position += 2
            return true
        }
        while end < pending.count, pending[end] == UInt8(ascii: " ") || pending[end] == UInt8(ascii: "\t") { end += 1 }
        guard end - position <= Self.paddingBytes else { throw .malformedForm("a delimiter is too long") }
        guard pending.count - end >= 2 else { return nil }
        guard pending[end] == 13, pending[end + 1] == 10 else { throw .malformedForm("a delimiter is not valid") }
        parts += 1
        guard parts <= Self.mostParts else { throw .malformedForm("it has more than \(Self.mostParts) parts") }
        position = end + 2
        return false
    }

    private mutating func readHead() throws(Problem) -> MultipartPart? {
        if pending.count - position >= 2, pending[position] == 13, pending[position + 1] == 10 {
            throw .malformedForm("a part has no name")
        }
        var end = position
        let limit = min(pending.count, position + Self.headBytes)
        while end + 3 < limit {
            if pending[end] == 13, pending[end + 1] == 10, pending[end + 2] == 13, pending[end + 3] == 10 {
                let part = try MultipartPart(parsing: pending[position..<end])
                position = end + 4
                return part
            }
            end += 1
        }
        guard pending.count - position < Self.headBytes else { throw .malformedForm("a part's headers are too long") }
        return nil
    }

    /// Where the next delimiter begins, looking for carriage returns at the speed of memory.
    private func findDelimiter() -> Int? {
        pending.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var start = position
            while bytes.count - start >= delimiter.count {
                let last = bytes.count - delimiter.count + 1
                guard let found = memchr(base + start, 13, last - start) else { return nil }
                let index = UnsafeRawPointer(found) - base
                if memcmp(found, delimiter, delimiter.count) == 0 { return index }
                start = index + 1
            }
            return nil
        }
    }
}
