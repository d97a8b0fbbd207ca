/// Random identifiers and secrets.
enum Secrets {
    /// A version 4 UUID (RFC 9562 section 5.4) in lower case.
    static func uuid() -> String {
        var bytes = random(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = hex(bytes)
        var text: [UInt8] = []
        for (position, digit) in hex.utf8.enumerated() {
            if [8, 12, 16, 20].contains(position) { text.append(UInt8(ascii: "-")) }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `vais_` and 64 hexadecimal digits: 256 random bits.
    static func token() -> String { tokenPrefix + hex(random(32)) }

    static let tokenPrefix = "vais_"

    /// Whether a text has the form of a token, so that nonsense is refused without asking the store.
    static func isToken(_ text: String) -> Bool {
        text.utf8.count == tokenPrefix.utf8.count + 64 && text.hasPrefix(tokenPrefix)
            && text.utf8.dropFirst(tokenPrefix.utf8.count).allSatisfy {
                ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }

    static func isUUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.enumerated().allSatisfy { position, byte in
                [8, 13, 18, 23].contains(position) ? byte == UInt8(ascii: "-") : isHexDigit(byte)
            }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// From the system's cryptographic generator.
    static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max) } }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
