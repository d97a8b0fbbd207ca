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

    /// The value of the 16 digits from `start`, or nil when one is none.
    private static func word(hex: Span<UInt8>, _ start: Int) -> UInt64? {
        guard let high = half(hex.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)),
            let low = half(hex.bytes.unsafeLoadUnaligned(fromByteOffset: start + 8, as: UInt64.self))
        else { return nil }
        return high << 32 | low
    }

    /// The value of eight digits at once, each in its byte; an index has thousands of checksums to read.
    private static func half(_ digits: UInt64) -> UInt64? {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let text = UInt64(bigEndian: digits)
        guard text & high == 0 else { return nil }
        // Adding 0x80 - n to a byte below 0x80 sets its high bit when the byte is at least n, and carries nothing.
        let lower = text | ones &* 0x20
        let isDigit = (text &+ ones &* (0x80 - 0x30)) & ~(text &+ ones &* (0x80 - 0x3A))
        let isLetter = (lower &+ ones &* (0x80 - 0x61)) & ~(lower &+ ones &* (0x80 - 0x67))
        guard (isDigit | isLetter) & high == high else { return nil }
        // A letter ends in 1 to 6 and alone has the bit 0x40.
        var value = (text & (ones &* 0x0F)) &+ ((text >> 6) & ones) &* 9
        value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
        value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
        return (value | value >> 16) & 0xFFFF_FFFF
    }
}
