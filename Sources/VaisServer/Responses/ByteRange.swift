internal import HTTPTypes
internal import Hummingbird
internal import VaisProtocol

/// The part of a representation that a request asks for (RFC 9110 section 14.2). Several ranges at once, other units and what cannot be
/// parsed get the whole.
enum ByteRange: Equatable {
    case whole
    /// Never empty.
    case part(Range<UInt64>)
    case unsatisfiable

    init(_ headers: HTTPFields, etag: String, size: UInt64) {
        // `If-Range` with anything but the strong tag of these bytes: the client has a part of something else.
        if let condition = headers[.ifRange], !condition.utf8.elementsEqual(etag.utf8) {
            self = .whole
            return
        }
        let values = headers[values: .range]
        self = values.count == 1 ? ByteRange(parsing: values[0], size: size) : .whole
    }

    init(parsing text: String, size: UInt64) {
        self = .whole
        let bytes = text.utf8
        guard lowercased(bytes.prefix(6)) == "bytes=", !bytes.contains(UInt8(ascii: ",")) else { return }
        let bounds = bytes.dropFirst(6).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard bounds.count == 2 else { return }
        let (first, last) = (Substring(bounds[0]), Substring(bounds[1]))
        if first.isEmpty {
            guard let count = decimal(last).map(UInt64.init) else { return }
            self = count == 0 || size == 0 ? .unsatisfiable : .part(size - min(count, size)..<size)
            return
        }
        guard let start = decimal(first).map(UInt64.init) else { return }
        var end = size
        if !last.isEmpty {
            guard let last = decimal(last).map(UInt64.init), last >= start else { return }
            end = min(size, last + 1)
        }
        self = start < size ? .part(start..<end) : .unsatisfiable
    }
}

extension Refusal {
    static func unsatisfiable(size: UInt64) -> Refusal {
        Refusal(
            Problem(.rangeNotSatisfiable, "The range lies outside of the \(size) bytes"),
            headers: [.contentRange: "bytes */\(size)"])
    }
}
