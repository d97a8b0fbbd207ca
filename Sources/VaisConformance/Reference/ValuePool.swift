internal import CVaisPlugin

/// Values worth trying: extremes, empty ones, and those that careless comparisons confuse.
enum ValuePool {
    static let integers: [Datum] = [
        0, 1, -1, 2, 10, .integer(.max), .integer(.min), .integer(.max - 1),
        // Not a double: stores that go through floating point round it.
        .integer((1 << 53) + 1),
    ]
    static let doubles: [Datum] = [
        0, 1.5, -1.5, 0.1, Double.greatestFiniteMagnitude, -Double.greatestFiniteMagnitude,
        Double.leastNonzeroMagnitude, Double.infinity, -Double.infinity, 9_007_199_254_740_992,
    ].map { .double($0) }
    static let texts: [Datum] = [
        "", "a", "A", "b", "aa", "a ", "ab", "B", "0", "9", "10", "Z", "_", "%", "'", "\"", "a\nb", "null", "\u{1}",
        "é", "e\u{301}", "E", "ß", "ss", "İ", "\u{FF61}", "\u{1F600}", "\u{FFFD}", "\u{10FFFF}",
    ]
    static let bytes: [Datum] = [
        [], [0], [0, 0], [0, 1], [1], [0x61], [0x61, 0], [0x61, 0, 0], [0x61, 0, 1], [0x61, 1], [0x61, 0xFF], [0x7F],
        [0x80], [0xFF], [0xFF, 0], [0xFF, 0xFF], [0xC3, 0x28],
    ].map { .bytes($0) }
    static let times: [Datum] = [
        0, 1, -1, 1_790_000_000_000_000, 253_402_300_799_999_999, -62_135_596_800_000_000, Int64.max, Int64.min,
    ].map { .time($0) }

    static func values(of type: UInt32) -> [Datum] {
        switch type {
        case VAIS_BOOL: [true, false]
        case VAIS_I64: integers
        case VAIS_F64: doubles
        case VAIS_TEXT: texts
        case VAIS_BYTES: bytes
        default: times
        }
    }
}
