extension JSONReader {
    /// Reads a number that has neither fraction nor exponent and fits 64 bits.
    @inline(__always)
    package mutating func readInteger() throws(ProtocolError) -> Int64 {
        let first = try peek()
        guard first == UInt8(ascii: "-") || Self.isDigit(first) else { throw unexpected("expected an integer") }
        guard case .integer(let value) = try readNumber() else {
            throw unexpected("expected an integer that fits 64 bits")
        }
        return value
    }

    /// Reads a number (RFC 8259 section 6). One too large for `Int64` becomes a `Double`; one too large for that is refused.
    mutating func readNumber() throws(ProtocolError) -> JSONValue {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }

        let digits = position
        var magnitude: Int64 = 0
        while position < bytes.count, Self.isDigit(bytes[position]) {
            // Eighteen digits cannot overflow; what longer ones give here is not used.
            magnitude = magnitude &* 10 &+ Int64(bytes[position] &- UInt8(ascii: "0"))
            position += 1
        }
        guard position > digits else { throw malformed("expected a digit") }
        guard position - digits == 1 || bytes[digits] != UInt8(ascii: "0") else {
            throw malformed("a number may not start with a zero")
        }

        let hasFraction = try skipFraction()
        let hasExponent = try skipExponent()
        if !hasFraction, !hasExponent {
            if position - digits <= 18 { return .integer(isNegative ? 0 &- magnitude : magnitude) }
            if let exact = Int64(text(from: start)) { return .integer(exact) }
        }
        guard let value = Double(text(from: start)), value.isFinite else {
            throw malformed("the number is too large")
        }
        return .number(value)
    }

    private func text(from start: Int) -> String { String(decoding: bytes[start..<position], as: UTF8.self) }

    private mutating func skipFraction() throws(ProtocolError) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return false }
        position += 1
        try skipDigits()
        return true
    }

    private mutating func skipExponent() throws(ProtocolError) -> Bool {
        guard position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") else { return false }
        position += 1
        if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
            position += 1
        }
        try skipDigits()
        return true
    }

    private mutating func skipDigits() throws(ProtocolError) {
        let start = position
        while position < bytes.count, Self.isDigit(bytes[position]) { position += 1 }
        guard position > start else { throw malformed("expected a digit") }
    }

    @inline(__always)
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
}
