extension TOML.Parser {
    /// Reads a boolean, a number or a date.
    mutating func readScalar() throws(TOML.Fault) -> TOML.Value {
        let start = position
        skipScalarBytes()
        if position == start { throw fault("expected a value, found \(found)") }
        // `2026-03-01 12:00:00`: a space may stand where the T would.
        if position - start == 10, bytes[start + 4] == UInt8(ascii: "-"), byte == UInt8(ascii: " "),
            position + 1 < bytes.count, VersionGrammar.isDigit(bytes[position + 1])
        {
            position += 1
            skipScalarBytes()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if text == "true" { return .boolean(true) }
        if text == "false" { return .boolean(false) }
        let token = bytes[start..<position]
        if let value = TOMLNumber.integer(token) {
            guard let value = value.value else { throw fault("the integer \(quoted(text)) does not fit in 64 bits") }
            return .integer(value)
        }
        if let value = TOMLNumber.float(token) { return .float(value) }
        if TOMLDateTime.isValid(token) { return .dateTime(text) }
        throw fault("\(quoted(text)) is not a value; write a string between quotes")
    }

    private mutating func skipScalarBytes() {
        while let byte, TOML.isBareKeyByte(byte) || "+.:".utf8.contains(byte) { position += 1 }
    }
}

enum TOMLNumber {
    /// Nil when `token` is no integer; an integer without value is too large.
    static func integer(_ token: ArraySlice<UInt8>) -> (value: Int64?, Void)? {
        guard let first = token.first else { return nil }
        if first == UInt8(ascii: "0"), token.count > 2 {
            switch token[token.startIndex + 1] {
            case UInt8(ascii: "x"): return digits(token.dropFirst(2), radix: 16, isNegative: false)
            case UInt8(ascii: "o"): return digits(token.dropFirst(2), radix: 8, isNegative: false)
            case UInt8(ascii: "b"): return digits(token.dropFirst(2), radix: 2, isNegative: false)
            default: break
            }
        }
        let isSigned = first == UInt8(ascii: "+") || first == UInt8(ascii: "-")
        let body = isSigned ? token.dropFirst() : token
        guard hasNoLeadingZero(body) else { return nil }
        return digits(body, radix: 10, isNegative: first == UInt8(ascii: "-"))
    }

    /// Nil when `token` is no float.
    static func float(_ token: ArraySlice<UInt8>) -> Double? {
        var body = token
        var isNegative = false
        if let first = body.first, first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            isNegative = first == UInt8(ascii: "-")
            body = body.dropFirst()
        }
        if body.elementsEqual("inf".utf8) { return isNegative ? -.infinity : .infinity }
        if body.elementsEqual("nan".utf8) { return .nan }
        let exponentAt = body.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? body.endIndex
        let pointAt = body[..<exponentAt].firstIndex(of: UInt8(ascii: ".")) ?? exponentAt
        let whole = body[..<pointAt]
        guard isDigits(whole), hasNoLeadingZero(whole) else { return nil }
        if pointAt < exponentAt, !isDigits(body[(pointAt + 1)..<exponentAt]) { return nil }
        if exponentAt < body.endIndex {
            var exponent = body[(exponentAt + 1)...]
            if let sign = exponent.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                exponent = exponent.dropFirst()
            }
            guard isDigits(exponent) else { return nil }
        }
        return Double(String(decoding: token.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self))
    }

    private static func digits(
        _ body: ArraySlice<UInt8>, radix: Int64, isNegative: Bool
    ) -> (value: Int64?, Void)? {
        guard hasFineUnderscores(body) else { return nil }
        var value: Int64? = 0
        for byte in body where byte != UInt8(ascii: "_") {
            guard let digit = TOML.hexadecimal(byte).map(Int64.init), digit < radix else { return nil }
            guard let sofar = value else { continue }
            // Towards the sign, so that the least number is reached.
            let (product, productOverflows) = sofar.multipliedReportingOverflow(by: radix)
            let (sum, sumOverflows) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            value = productOverflows || sumOverflows ? nil : sum
        }
        return (value, ())
    }

    private static func isDigits(_ body: ArraySlice<UInt8>) -> Bool {
        hasFineUnderscores(body) && body.allSatisfy { VersionGrammar.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func hasNoLeadingZero(_ body: ArraySlice<UInt8>) -> Bool {
        body.first != UInt8(ascii: "0") || body.count == 1
    }

    /// At least one digit, and every underscore between two of them.
    private static func hasFineUnderscores(_ body: ArraySlice<UInt8>) -> Bool {
        var previous = UInt8(ascii: "_")
        for byte in body {
            if byte == UInt8(ascii: "_") && previous == UInt8(ascii: "_") { return false }
            previous = byte
        }
        return previous != UInt8(ascii: "_")
    }
}

/// The four date and time types of TOML, by shape and by calendar.
enum TOMLDateTime {
    static func isValid(_ token: ArraySlice<UInt8>) -> Bool {
        var bytes = Array(token)
        // A local date, time or date-time is a full one with a part left out, which is put back to be checked.
        let hasDate = bytes.count >= 10 && bytes[4] == UInt8(ascii: "-")
        if !hasDate {
            bytes = Array("2000-01-01T".utf8) + bytes
        } else if bytes.count == 10 {
            bytes += Array("T00:00:00Z".utf8)
        } else if bytes[10] == UInt8(ascii: " ") {
            bytes[10] = UInt8(ascii: "T")
        }
        if Timestamp(rfc3339: bytes.span) != nil { return hasDate }
        bytes.append(UInt8(ascii: "Z"))
        return Timestamp(rfc3339: bytes.span) != nil
    }
}
