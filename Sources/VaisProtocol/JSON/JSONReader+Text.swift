/// A string in the reader's bytes, between its quotation marks: nothing is copied until `JSONReader.string` is asked.
package struct JSONText: Sendable {
    package let range: Range<Int>
    /// Whether the text holds a backslash, so that its bytes are not yet its characters.
    let hasEscapes: Bool
}

extension JSONReader {
    /// Reads a string and checks all of it: encoding, escapes, control characters.
    @inline(__always)
    package mutating func readText() throws(ProtocolError) -> JSONText {
        guard try peek() == UInt8(ascii: "\"") else { throw unexpected("expected a string") }
        position += 1
        let start = position
        if isLetterText(at: start) {
            position = start + 2
            return JSONText(range: start..<start + 1, hasEscapes: false)
        }
        position = plainEnd()
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            return JSONText(range: start..<position - 1, hasEscapes: false)
        }
        return try readRest(from: start)
    }

    package mutating func readString() throws(ProtocolError) -> String { string(try readText()) }

    /// The characters of a text that this reader returned.
    package func string(_ text: JSONText) -> String {
        guard text.hasEscapes else { return String(decoding: bytes[text.range], as: UTF8.self) }
        return String(decoding: unescaped(text), as: UTF8.self)
    }

    /// The only byte of a text that has one, or nil: how an index line's short keys are told apart.
    @inline(__always)
    package func letter(_ text: JSONText) -> UInt8? {
        if !text.hasEscapes { return text.range.count == 1 ? bytes[text.range.lowerBound] : nil }
        let characters = unescaped(text)
        return characters.count == 1 ? characters[0] : nil
    }

    /// Whether the text is one plain character, as the keys of an index line are.
    @inline(__always)
    private func isLetterText(at start: Int) -> Bool {
        start + 1 < bytes.count && bytes[start + 1] == UInt8(ascii: "\"") && Self.isPlain(bytes[start])
    }

    /// The end of the bytes from `position` that stand for themselves: printable ASCII but `"` and `\`. Eight at a time.
    @inline(__always)
    private func plainEnd() -> Int {
        let span = bytes.span.bytes
        var index = position
        while index &+ 8 <= span.byteCount {
            let word = UInt64(littleEndian: span.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
            let special = Self.special(in: word)
            if special != 0 { return index &+ (special.trailingZeroBitCount &>> 3) }
            index &+= 8
        }
        while index < bytes.count, Self.isPlain(bytes[index]) { index &+= 1 }
        return index
    }

    /// The high bit of each byte that is a control character, `"`, `\` or not ASCII. A borrow can mark bytes above the
    /// lowest marked one wrongly, never below it, and only the lowest is used.
    /// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>
    @inline(__always)
    private static func special(in word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | word) & high
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// The slow part of a string: from the first byte that does not stand for itself to the closing mark.
    private mutating func readRest(from start: Int) throws(ProtocolError) -> JSONText {
        var hasEscapes = false
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return JSONText(range: start..<position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try skipEscape()
            case 0..<0x20:
                throw malformed("a control character in a string must be escaped")
            case 0x80...:
                try skipMultibyte()
            default:
                position = plainEnd()
            }
        }
        throw malformed("the JSON ends in the middle of a string")
    }

    // MARK: - Escapes (RFC 8259 section 7)

    private mutating func skipEscape() throws(ProtocolError) {
        guard position + 1 < bytes.count else { throw malformed("the JSON ends in the middle of a string") }
        switch bytes[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try hexUnit(at: position)
            switch unit {
            case 0: throw malformed("a NUL character is not accepted in a string")
            case 0xD800..<0xDC00:
                guard let low = try? hexUnit(at: position + 6), (0xDC00..<0xE000).contains(low) else {
                    throw malformed("half of a surrogate pair stands alone")
                }
                position += 12
            case 0xDC00..<0xE000: throw malformed("half of a surrogate pair stands alone")
            default: position += 6
            }
        default: throw malformed("unknown escape in a string")
        }
    }

    /// The value of `\uXXXX` at `index`.
    private func hexUnit(at index: Int) throws(ProtocolError) -> UInt32 {
        guard bytes.count - index >= 6, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            throw malformed("expected `\\u` and four hexadecimal digits")
        }
        var unit: UInt32 = 0
        for offset in 2..<6 {
            guard let digit = hexDigit(bytes[index + offset]) else {
                throw malformed("expected `\\u` and four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// The bytes of a text whose escapes have been checked by `skipEscape`.
    private func unescaped(_ text: JSONText) -> [UInt8] {
        var characters: [UInt8] = []
        characters.reserveCapacity(text.range.count)
        var index = text.range.lowerBound
        while index < text.range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                characters.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case UInt8(ascii: "b"): characters.append(0x08)
            case UInt8(ascii: "f"): characters.append(0x0C)
            case UInt8(ascii: "n"): characters.append(0x0A)
            case UInt8(ascii: "r"): characters.append(0x0D)
            case UInt8(ascii: "t"): characters.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = (try? hexUnit(at: index - 2)) ?? 0xFFFD
                index += 4
                if (0xD800..<0xDC00).contains(scalar), let low = try? hexUnit(at: index) {
                    scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
                    index += 6
                }
                characters.append(contentsOf: String(UnicodeScalar(scalar) ?? "\u{FFFD}").utf8)
            default: characters.append(escape)
            }
        }
        return characters
    }

    // MARK: - UTF-8 (RFC 3629 section 4)

    /// Moves over one character of two to four bytes; overlong forms, surrogates and values past U+10FFFF are refused.
    private mutating func skipMultibyte() throws(ProtocolError) {
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch bytes[position] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xE1...0xEF: (3, 0x80...0xBF)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: throw malformed("the string is not UTF-8")
            }
        guard bytes.count - position >= length, second.contains(bytes[position + 1]),
            bytes[(position + 2)..<(position + length)].allSatisfy({ $0 & 0xC0 == 0x80 })
        else { throw malformed("the string is not UTF-8") }
        position += length
    }
}

/// The value of one hexadecimal digit, or nil.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
