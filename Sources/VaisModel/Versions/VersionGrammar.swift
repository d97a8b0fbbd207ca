/// The productions that versions and requirements share, over UTF-8 bytes. Each reads from `position` and moves it past
/// what it read.
enum VersionGrammar {
    /// `0` or a number without leading zero, at most 2^64−1.
    static func number(
        _ bytes: Span<UInt8>, _ position: inout Int, _ part: VersionFault.Part
    ) throws(VersionFault) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        while position < bytes.count, isDigit(bytes[position]) {
            if value == 0 && position > start { throw VersionFault(.leadingZero(part), at: start) }
            let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = product.addingReportingOverflow(UInt64(bytes[position] - UInt8(ascii: "0")))
            if productOverflows || sumOverflows { throw VersionFault(.overflow(part), at: start) }
            value = sum
            position += 1
        }
        if position > start { return value }
        throw VersionFault(position == bytes.count ? .end(part) : .noDigit(part), at: position)
    }

    /// A prerelease after its `-`: dot-separated identifiers, the numeric ones without leading zeros.
    static func prerelease(
        _ bytes: Span<UInt8>, _ position: inout Int
    ) throws(VersionFault) -> [Version.Identifier] {
        var identifiers: [Version.Identifier] = []
        while true {
            let start = position
            let isNumeric = skipIdentifier(bytes, &position)
            if position == start { throw VersionFault(.emptyIdentifier(.prerelease), at: start) }
            if isNumeric && position - start > 1 && bytes[start] == UInt8(ascii: "0") {
                throw VersionFault(.leadingZero(.prerelease), at: start)
            }
            identifiers.append(
                Version.Identifier(checked: bytes.asciiText(start..<position), isNumeric: isNumeric))
            guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { return identifiers }
            position += 1
        }
    }

    /// Build metadata after its `+`: dot-separated identifiers, kept as text.
    static func build(_ bytes: Span<UInt8>, _ position: inout Int) throws(VersionFault) -> String {
        let first = position
        while true {
            let start = position
            _ = skipIdentifier(bytes, &position)
            if position == start { throw VersionFault(.emptyIdentifier(.build), at: start) }
            guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else {
                return bytes.asciiText(first..<position)
            }
            position += 1
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    /// Moves past one identifier and says whether it was digits only.
    private static func skipIdentifier(_ bytes: Span<UInt8>, _ position: inout Int) -> Bool {
        var isNumeric = true
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"):
                isNumeric = false
            default: return isNumeric
            }
            position += 1
        }
        return isNumeric
    }
}
