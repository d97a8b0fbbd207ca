/// The SHA-256 of an archive. Written as 64 lower-case hexadecimal digits; upper case is read too.
package struct Checksum: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    // Four words, big-endian, rather than an array: lockfiles and indexes hold thousands.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// - Throws: `.checksum` unless there are 32 bytes.
    package init(bytes: [UInt8]) throws(ModelError) {
        guard bytes.count == Checksum.byteCount else {
            throw ModelError(.checksum, "a SHA-256 has \(Checksum.byteCount) bytes, found \(bytes.count)")
        }
        words = (
            Checksum.word(bytes, 0), Checksum.word(bytes, 8), Checksum.word(bytes, 16), Checksum.word(bytes, 24)
        )
    }

    /// - Throws: `.checksum` unless `hex` is 64 hexadecimal digits.
    package init(parsing hex: String) throws(ModelError) {
        guard let checksum = Checksum(hex: hex.utf8.span) else {
            throw ModelError(
                .checksum, "\(quoted(hex)) is not a SHA-256",
                hint: "a SHA-256 is 64 hexadecimal digits, without a prefix")
        }
        self = checksum
    }

    /// Nil unless `hex` is 64 hexadecimal digits.
    package init?(hex: Span<UInt8>) {
        guard hex.count == 2 * Checksum.byteCount,
            let first = Checksum.word(hex: hex, 0), let second = Checksum.word(hex: hex, 16),
            let third = Checksum.word(hex: hex, 32), let fourth = Checksum.word(hex: hex, 48)
        else { return nil }
        words = (first, second, third, fourth)
    }

    package var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Checksum.byteCount)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                result.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return result
    }

    package var hex: String {
        String(unsafeUninitializedCapacity: 2 * Checksum.byteCount) { buffer in
            var offset = 0
            for word in [words.0, words.1, words.2, words.3] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    let digit = UInt8(truncatingIfNeeded: word >> shift) & 0xF
                    buffer[offset] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                    offset += 1
                }
            }
            return offset
        }
    }

    package var description: String { hex }

    package static func == (left: Checksum, right: Checksum) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<start + 8 { word = word << 8 | UInt64(bytes[index]) }
        return word
    }

    private static func word(hex: Span<UInt8>, _ start: Int) -> UInt64? {
        var word: UInt64 = 0
        for index in start..<start + 16 {
            let byte = hex[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): word = word << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): word = word << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): word = word << 4 | UInt64(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return word
    }
}
