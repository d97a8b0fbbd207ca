@_spi(_Unicode) import Swift

/// The form under which two names are the same file on some file system: case folded and canonically decomposed.
///
/// This is the canonical caseless matching of the Unicode Standard (section 3.13, D145), on the Swift runtime's own tables.
enum CaseFold {
    @inline(__always)
    static func ascii(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    /// The folded form of well-formed UTF-8 text. Worked values: `K` (Kelvin sign) and `k` fold alike, as do `ẞ`, `ß` and
    /// `SS`, `ς` and `Σ`, and `é` in one scalar or in two.
    static func key(_ text: String) -> [UInt8] {
        // One mapping is not enough: `ẞ` must become `ß` before upper case makes it `SS`. Decomposing first keeps the
        // iota subscript behind the accents it is stored with.
        Array(decomposed(decomposed(text).lowercased().uppercased().lowercased()).utf8)
    }

    private static func decomposed(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text._nfd { scalars.append(scalar) }
        return String(scalars)
    }
}
