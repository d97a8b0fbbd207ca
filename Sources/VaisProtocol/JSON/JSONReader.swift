import VaisModel

/// A strict pull reader over JSON (RFC 8259): the caller asks for what it expects next, and nothing else is built.
///
/// Refused, with the line and column: anything that is not UTF-8, a byte order mark, UTF-16, a NUL in a string, lone surrogates,
/// a key that occurs twice in one object, leading zeros, bytes after the value, and whatever exceeds the limits. Two
/// readers of the same bytes must never see different values, so leniency here would be a hole elsewhere.
///
/// Recursion is bounded by `JSONLimits.depth`. A reader that has thrown must not be used again.
package struct JSONReader {
    /// What separates one value from the next.
    package enum Framing: Sendable {
        /// One value; line ends are space.
        case document
        /// One value per line, each ended by a newline: a line end inside a value is refused.
        case lines
    }

    let bytes: [UInt8]
    /// The next byte to read.
    var position = 0
    private var depth = 0
    private let maximumDepth: Int
    private let framing: Framing

    package init(_ bytes: [UInt8], limits: JSONLimits = .standard, framing: Framing = .document) throws(ProtocolError) {
        self.bytes = bytes
        self.maximumDepth = limits.depth
        self.framing = framing
        guard bytes.count <= limits.bytes else {
            throw ProtocolError(.tooLarge, "\(bytes.count) bytes of JSON, more than the limit of \(limits.bytes)")
        }
        if let encoding = foreignEncoding() {
            throw ProtocolError(.malformed, "\(encoding), where plain UTF-8 is required")
        }
    }

    /// Whether every byte has been read.
    package var isAtEnd: Bool { position == bytes.count }

    /// How many bytes have not been read yet.
    var remaining: Int { bytes.count - position }

    /// Ends the document: only space may follow.
    package mutating func finish() throws(ProtocolError) {
        skipSpace()
        guard isAtEnd else { throw malformed("unexpected bytes after the JSON value") }
    }

    /// Ends a line of `Framing.lines`.
    package mutating func finishLine() throws(ProtocolError) {
        skipSpace()
        guard position < bytes.count else { throw malformed("the last line has no end; the document was cut short") }
        guard bytes[position] == UInt8(ascii: "\n") else { throw malformed("unexpected bytes after the JSON value") }
        position += 1
    }

    // MARK: - Structure

    /// Reads an object. `member` is called with each key and must read exactly the value that follows.
    /// Keys that occur twice are the caller's to refuse: it knows the few it wants (`readValue` does so for whole objects).
    @inline(__always)
    package mutating func readObject(
        _ member: (inout JSONReader, JSONText) throws(ProtocolError) -> Void
    ) throws(ProtocolError) {
        try open(UInt8(ascii: "{"), "an object")
        if try peek() == UInt8(ascii: "}") {
            position += 1
        } else {
            while true {
                guard try peek() == UInt8(ascii: "\"") else { throw malformed("expected a key in quotation marks") }
                let key = try readText()
                guard try peek() == UInt8(ascii: ":") else { throw malformed("expected `:` after the key") }
                position += 1
                try member(&self, key)
                if try !another(before: UInt8(ascii: "}")) { break }
            }
        }
        depth -= 1
    }

    /// Reads an array. `element` is called before each element and must read exactly that one.
    @inline(__always)
    package mutating func readArray(
        _ element: (inout JSONReader) throws(ProtocolError) -> Void
    ) throws(ProtocolError) {
        try open(UInt8(ascii: "["), "an array")
        if try peek() == UInt8(ascii: "]") {
            position += 1
        } else {
            while true {
                try element(&self)
                if try !another(before: UInt8(ascii: "]")) { break }
            }
        }
        depth -= 1
    }

    private mutating func open(_ bracket: UInt8, _ expected: String) throws(ProtocolError) {
        guard try peek() == bracket else { throw unexpected("expected \(expected)") }
        depth += 1
        guard depth <= maximumDepth else {
            throw ProtocolError(
                .tooLarge, "\(place(of: position)): values are nested deeper than \(maximumDepth) levels")
        }
        position += 1
    }

    /// Steps over the comma before another element, or over the closing bracket.
    @inline(__always)
    private mutating func another(before close: UInt8) throws(ProtocolError) -> Bool {
        let next = try peek()
        position += 1
        if next == UInt8(ascii: ",") { return true }
        if next == close { return false }
        position -= 1
        throw malformed("expected `,` or `\(Character(UnicodeScalar(close)))`")
    }

    // MARK: - Whole values

    /// Reads any value as a tree; a key that occurs twice in one object is refused.
    package mutating func readValue() throws(ProtocolError) -> JSONValue {
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try readMembers())
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try readArray { (reader: inout JSONReader) throws(ProtocolError) in elements.append(try reader.readValue())
            }
            return .array(elements)
        case UInt8(ascii: "\""): return .string(string(try readText()))
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try readBool())
        case UInt8(ascii: "n"):
            try readLiteral("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        default: throw malformed("expected a value")
        }
    }

    private mutating func readMembers() throws(ProtocolError) -> JSONObject {
        var members: [JSONObject.Member] = []
        var seen = JSONKeySet()
        try readObject { (reader: inout JSONReader, text: JSONText) throws(ProtocolError) in
            let key = reader.string(text)
            guard seen.insert(key, members) else { throw reader.duplicate(key) }
            members.append(JSONObject.Member(key: key, value: try reader.readValue()))
        }
        return JSONObject(members: members)
    }

    package mutating func readBool() throws(ProtocolError) -> Bool {
        switch try peek() {
        case UInt8(ascii: "t"):
            try readLiteral("true")
            return true
        case UInt8(ascii: "f"):
            try readLiteral("false")
            return false
        default: throw unexpected("expected a boolean")
        }
    }

    private mutating func readLiteral(_ literal: StaticString) throws(ProtocolError) {
        let length = literal.utf8CodeUnitCount
        let matches =
            bytes.count - position >= length
            && literal.withUTF8Buffer { bytes[position..<position + length].elementsEqual($0) }
        guard matches else { throw malformed("expected a value") }
        position += length
    }

    // MARK: - Space and errors

    /// The next byte that is not space; it is not consumed.
    @inline(__always)
    mutating func peek() throws(ProtocolError) -> UInt8 {
        if position < bytes.count, bytes[position] > 0x20 { return bytes[position] }
        skipSpace()
        guard position < bytes.count else { throw malformed("the JSON ends in the middle of a value") }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            case UInt8(ascii: "\n") where framing == .document: position += 1
            default: return
            }
        }
    }

    private func foreignEncoding() -> String? {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return "the text starts with a byte order mark" }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { return "the text is UTF-16" }
        // The first character of JSON is ASCII, so a NUL beside it means two or four bytes per character.
        if bytes.prefix(2).contains(0) { return "the text is UTF-16 or UTF-32" }
        return nil
    }

    /// `line 3, column 14` of a byte, counted from one, in bytes.
    private func place(of position: Int) -> String {
        let before = bytes[..<position]
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return "line \(line), column \(position - start + 1)"
    }

    package func malformed(_ reason: String) -> ProtocolError {
        ProtocolError(.malformed, "invalid JSON at \(place(of: position)): \(reason)")
    }

    /// - Parameter start: the byte that the error is about; without it, the next one.
    package func unexpected(_ reason: String, at start: Int? = nil) -> ProtocolError {
        ProtocolError(.unexpected, "\(place(of: start ?? position)): \(reason)")
    }

    package func duplicate(_ key: String) -> ProtocolError {
        malformed("the key \(quoted(key)) occurs twice in one object")
    }
}
