/// Percent-encoding of one path segment or query value (RFC 3986 section 2): everything but the unreserved characters.
package enum PercentEncoding {
    package static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(digits[Int(byte >> 4)])
                encoded.append(digits[Int(byte & 0xF)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The characters behind one path segment, or nil when an escape is cut short, the bytes are not UTF-8, or they hold
    /// a NUL or a slash, which would change what the segment is. A decoded `%` stays: nothing is decoded twice.
    package static func decodeSegment(_ segment: some StringProtocol) -> String? {
        guard let bytes = decode(segment, plusIsSpace: false), !bytes.contains(UInt8(ascii: "/")) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// The characters behind a query's key or value, where `+` is a space; nil as for a segment, but a slash is fine.
    package static func decodeQuery(_ text: some StringProtocol) -> String? {
        decode(text, plusIsSpace: true).flatMap { String(validating: $0, as: UTF8.self) }
    }

    private static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> [UInt8]? {
        var decoded: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(hexDigit), let low = bytes.next().flatMap(hexDigit) else {
                    return nil
                }
                guard high << 4 | low != 0 else { return nil }
                decoded.append(high << 4 | low)
            case 0: return nil
            case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
            default: decoded.append(byte)
            }
        }
        return decoded
    }

    private static let digits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
