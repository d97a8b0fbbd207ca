extension TOML.Parser {
    func isTripleQuote(_ quote: UInt8) -> Bool {
        position + 2 < bytes.count && bytes[position] == quote && bytes[position + 1] == quote
            && bytes[position + 2] == quote
    }

    /// `'…'`: no escapes, one line.
    mutating func readLiteralString() throws(TOML.Fault) -> String {
        position += 1
        let start = position
        while let byte, byte != UInt8(ascii: "'") { try skipCharacter(byte) }
        if byte == nil { throw fault("the string is not closed") }
        position += 1
        return String(decoding: bytes[start..<position - 1], as: UTF8.self)
    }

    /// `"…"`: escapes, one line.
    mutating func readBasicString() throws(TOML.Fault) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte, byte != UInt8(ascii: "\"") {
            if byte == UInt8(ascii: "\\") {
                try readEscape(into: &content)
            } else {
                try skipCharacter(byte)
                content.append(byte)
            }
        }
        if byte == nil { throw fault("the string is not closed") }
        position += 1
        return String(decoding: content, as: UTF8.self)
    }

    /// `'''…'''`: no escapes, many lines.
    mutating func readLongLiteral() throws(TOML.Fault) -> String {
        let opening = try beginLong()
        var content: [UInt8] = []
        while try !endLong(UInt8(ascii: "'"), opening, into: &content) { try readLongCharacter(into: &content) }
        return String(decoding: content, as: UTF8.self)
    }

    /// `"""…"""`: escapes, many lines; a backslash at the end of a line swallows the space up to the next character.
    mutating func readLongString() throws(TOML.Fault) -> String {
        let opening = try beginLong()
        var content: [UInt8] = []
        while try !endLong(UInt8(ascii: "\""), opening, into: &content) {
            if byte != UInt8(ascii: "\\") {
                try readLongCharacter(into: &content)
            } else if try !skipLineEndingBackslash() {
                try readEscape(into: &content)
            }
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Moves past the three quotes and a line end right after them, which is not content.
    private mutating func beginLong() throws(TOML.Fault) -> Int {
        let opening = line
        position += 3
        _ = try takeNewline()
        return opening
    }

    /// Whether the string ends here. Up to two quotes may stand right before the closing three.
    private mutating func endLong(
        _ quote: UInt8, _ opening: Int, into content: inout [UInt8]
    ) throws(TOML.Fault) -> Bool {
        if byte == nil { throw fault("the string that begins in line \(opening) is not closed") }
        guard isTripleQuote(quote) else { return false }
        position += 3
        for _ in 0..<2 where take(quote) { content.append(quote) }
        return true
    }

    private mutating func readLongCharacter(into content: inout [UInt8]) throws(TOML.Fault) {
        guard let byte else { return }
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            // The same text on every system, whatever line ends the file has.
            _ = try takeNewline()
            content.append(UInt8(ascii: "\n"))
        } else {
            try skipCharacter(byte)
            content.append(byte)
        }
    }

    private mutating func skipLineEndingBackslash() throws(TOML.Fault) -> Bool {
        let (start, startLine) = (position, line)
        position += 1
        skipSpaces()
        guard try takeNewline() else {
            (position, line) = (start, startLine)
            return false
        }
        repeat { skipSpaces() } while try takeNewline()
        return true
    }

    private mutating func skipCharacter(_ byte: UInt8) throws(TOML.Fault) {
        if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { throw fault("the string is not closed") }
        if isControl(byte) { throw fault("a control character in a string: \(found); write it as an escape") }
        position += 1
    }

    private mutating func readEscape(into content: inout [UInt8]) throws(TOML.Fault) {
        position += 1
        switch byte {
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "\""): content.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): content.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "u"): return try readUnicodeEscape(digits: 4, into: &content)
        case UInt8(ascii: "U"): return try readUnicodeEscape(digits: 8, into: &content)
        default: throw fault("unknown escape: a backslash before \(found)")
        }
        position += 1
    }

    private mutating func readUnicodeEscape(digits: Int, into content: inout [UInt8]) throws(TOML.Fault) {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let byte, let digit = TOML.hexadecimal(byte) else {
                throw fault("expected \(digits) hexadecimal digits in a Unicode escape, found \(found)")
            }
            // Eight digits of four bits fill the value exactly.
            value = value << 4 | digit
            position += 1
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw fault("`\\u` escape of U+\(String(value, radix: 16, uppercase: true)), which is no character")
        }
        content.append(contentsOf: String(scalar).utf8)
    }
}

extension TOML {
    static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
