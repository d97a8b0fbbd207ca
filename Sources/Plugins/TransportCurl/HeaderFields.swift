import CPluginSupport
import CVaisPlugin

/// The header fields of one response as they come in, line by line, in one buffer that is used again for the next.
struct HeaderFields {
    private struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    private var text: [UInt8] = []
    private var fields: [Field] = []
    private var spans: [vais_header] = []

    mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
    }

    /// One line "Name: value" with its line end. Anything that is not a field is passed over: libcurl has judged the
    /// syntax.
    mutating func append(_ line: UnsafeBufferPointer<UInt8>) {
        let line = UnsafeBufferPointer(rebasing: line[..<Self.end(line)])
        guard let first = line.first else { return }
        if first == 0x20 || first == 0x09 { return extend(by: line) }
        guard let colon = line.firstIndex(of: 0x3A) else { return }
        let name = append(line[..<colon])
        fields.append(Field(name: name, value: append(trimmed(line[(colon + 1)...]))))
    }

    /// A line that begins with white space goes on with the value before (RFC 9112 section 5.2).
    private mutating func extend(by line: UnsafeBufferPointer<UInt8>) {
        guard !fields.isEmpty else { return }
        text.append(0x20)
        let more = append(trimmed(line[...]))
        fields[fields.count - 1].value = fields[fields.count - 1].value.lowerBound..<more.upperBound
    }

    private mutating func append(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Range<Int> {
        let start = text.count
        text.append(contentsOf: bytes)
        return start..<text.count
    }

    /// - Parameter name: in lower case.
    func contains(_ name: StaticString) -> Bool {
        text.withUnsafeBufferPointer { text in
            fields.contains { equalsIgnoringCase(UnsafeBufferPointer(rebasing: text[$0.name]), name) }
        }
    }

    /// The fields as the host wants them, borrowed for `body`.
    mutating func withSpans(_ body: (UnsafePointer<vais_header>?, UInt32) -> UInt32) -> UInt32 {
        spans.removeAll(keepingCapacity: true)
        return text.withUnsafeBufferPointer { text in
            func span(_ range: Range<Int>) -> vais_span {
                vais_span(data: text.baseAddress.map { $0 + range.lowerBound }, size: UInt64(range.count))
            }
            for field in fields { spans.append(vais_header(name: span(field.name), value: span(field.value))) }
            return spans.withUnsafeBufferPointer { body($0.baseAddress, UInt32($0.count)) }
        }
    }

    private static func end(_ line: UnsafeBufferPointer<UInt8>) -> Int {
        var end = line.count
        while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
        return end
    }

    private func trimmed(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }
}
