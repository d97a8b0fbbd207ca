/// Writes compact JSON: no space, members in the order of the calls, so the same calls give the same bytes.
///
/// Commas are the writer's business. A NUL, which `JSONReader` refuses, is written as U+FFFD; a number that is not finite as null.
package struct JSONWriter {
    package private(set) var bytes: [UInt8]
    /// Whether the next value or key is the first inside its bracket.
    private var isFirst = true

    package init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    // MARK: - Structure

    @inline(__always)
    package mutating func object<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        try body(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    @inline(__always)
    package mutating func array<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        separate()
        bytes.append(UInt8(ascii: "["))
        isFirst = true
        try body(&self)
        bytes.append(UInt8(ascii: "]"))
        isFirst = false
    }

    package mutating func array(_ strings: [String]) {
        array { for text in strings { $0.value(text) } }
    }

    /// Writes a member's key; exactly one value must follow.
    package mutating func key(_ key: String) {
        separate()
        writeQuoted(key)
        bytes.append(UInt8(ascii: ":"))
        isFirst = true
    }

    private mutating func separate() {
        if isFirst { isFirst = false } else { bytes.append(UInt8(ascii: ",")) }
    }

    /// Ends a line of a JSON-lines document; the next value starts afresh.
    package mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
    }

    // MARK: - Values

    package mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    package mutating func value(_ text: String) {
        separate()
        writeQuoted(text)
    }

    package mutating func value(_ flag: Bool) {
        separate()
        bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    }

    package mutating func value(_ number: some FixedWidthInteger) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    package mutating func value(_ number: Double) {
        guard number.isFinite else { return null() }
        separate()
        bytes.append(contentsOf: number.description.utf8)
    }

    package mutating func value(_ json: JSONValue) {
        switch json {
        case .null: null()
        case .bool(let flag): value(flag)
        case .integer(let number): value(number)
        case .number(let number): value(number)
        case .string(let text): value(text)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let object):
            self.object {
                for member in object.members { $0.member(member.key, member.value) }
            }
        }
    }

    // MARK: - Members

    package mutating func member(_ key: String, _ text: String) {
        self.key(key)
        value(text)
    }

    /// Writes null when there is no text: for members that are always present.
    package mutating func member(_ key: String, orNull text: String?) {
        self.key(key)
        if let text { value(text) } else { null() }
    }

    /// Writes nothing when there is no text: for members that are left out.
    package mutating func member(_ key: String, ifPresent text: String?) {
        if let text { member(key, text) }
    }

    package mutating func member(_ key: String, _ flag: Bool) {
        self.key(key)
        value(flag)
    }

    package mutating func member(_ key: String, _ number: some FixedWidthInteger) {
        self.key(key)
        value(number)
    }

    package mutating func member(_ key: String, _ json: JSONValue) {
        self.key(key)
        value(json)
    }

    package mutating func member(_ key: String, _ strings: [String]) {
        self.key(key)
        array(strings)
    }

    package mutating func member(_ key: String, ifAny strings: [String]) {
        if !strings.isEmpty { member(key, strings) }
    }

    package mutating func member<Element>(
        _ key: String, _ elements: [Element], _ encode: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        array { for element in elements { encode(&$0, element) } }
    }

    // MARK: - Strings (RFC 8259 section 7)

    private mutating func writeQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        // A native string offers its bytes; only one bridged from elsewhere would need the copy.
        var text = text
        text.withUTF8 { writeEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func writeEscaped(_ characters: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in characters.indices {
            guard let escape = Self.escape(for: characters[index]) else { continue }
            bytes.append(contentsOf: characters[start..<index])
            bytes.append(contentsOf: escape.utf8)
            start = index + 1
        }
        bytes.append(contentsOf: characters[start...])
    }

    @inline(__always)
    private static func escape(for byte: UInt8) -> String? {
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { return nil }
        switch byte {
        case UInt8(ascii: "\""): return "\\\""
        case UInt8(ascii: "\\"): return "\\\\"
        case 0x00: return "\\ufffd"
        case 0x08: return "\\b"
        case 0x09: return "\\t"
        case 0x0A: return "\\n"
        case 0x0C: return "\\f"
        case 0x0D: return "\\r"
        default: return byte < 0x10 ? "\\u000" + String(byte, radix: 16) : "\\u00" + String(byte, radix: 16)
        }
    }
}
