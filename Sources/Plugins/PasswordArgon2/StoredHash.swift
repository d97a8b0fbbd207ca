/// The public part of a PHC string as libargon2 writes it:
///
///     $argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$…
///
/// Read here, strictly, before libargon2 sees the text: it would take whatever memory the text asks for.
struct StoredHash {
    /// Longer text is not a hash of ours: 64 bytes of salt and of tag, and every number at its largest.
    static let maxTextSize = 256

    var parameters: Parameters
    /// Bytes, as the base64 says.
    var saltSize: Int
    var tagSize: Int

    /// nil when the text is anything else than Argon2id in version 19 (0x13) with salt and tag of usual sizes.
    init?(parsing text: UnsafeBufferPointer<UInt8>) {
        guard text.count <= Self.maxTextSize else { return nil }
        var rest = Cursor(bytes: text)
        guard rest.skip("$argon2id$v=19$m="), let memory = rest.number(),
            rest.skip(",t="), let iterations = rest.number(),
            rest.skip(",p="), let lanes = rest.number(),
            rest.skip("$"), let salt = rest.base64Size(),
            rest.skip("$"), let tag = rest.base64Size(),
            rest.isAtEnd, (8...64).contains(salt), (16...64).contains(tag)
        else { return nil }
        parameters = Parameters(memory: memory, iterations: iterations, lanes: lanes)
        saltSize = salt
        tagSize = tag
    }
}

private struct Cursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ text: StaticString) -> Bool {
        let size = text.utf8CodeUnitCount
        guard bytes.count - position >= size else { return false }
        for index in 0..<size where bytes[position + index] != text.utf8Start[index] { return false }
        position += size
        return true
    }

    /// A decimal number without leading zeros, below 2^32.
    mutating func number() -> UInt32? {
        let start = position
        var value: UInt32 = 0
        while position < bytes.count, case let digit = bytes[position] &- 0x30, digit < 10 {
            guard position == start || bytes[start] != 0x30 else { return nil }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = tens.addingReportingOverflow(UInt32(digit))
            guard !tooLarge, !stillTooLarge else { return nil }
            value = sum
            position += 1
        }
        return position == start ? nil : value
    }

    /// How many bytes the base64 here stands for (RFC 4648 section 4, without padding).
    mutating func base64Size() -> Int? {
        let start = position
        while position < bytes.count, Self.isBase64(bytes[position]) { position += 1 }
        let digits = position - start
        return digits % 4 == 1 ? nil : digits * 3 / 4
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2B, 0x2F: true
        default: false
        }
    }
}
