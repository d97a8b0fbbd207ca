/// The lines that git puts into a file where two sides changed it.
enum ConflictMarker {
    case ours
    /// Begins the common ancestor, in the `diff3` style.
    case base
    case theirs
    case end

    /// Whether any line begins as a marker does. No line of a lockfile otherwise does, so this one pass spares the others their search.
    static func mayOccur(in bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            var isLineStart = true
            for byte in bytes {
                if isLineStart {
                    switch byte {
                    case UInt8(ascii: "<"), UInt8(ascii: "|"), UInt8(ascii: "="), UInt8(ascii: ">"): return true
                    default: break
                    }
                }
                isLineStart = byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
            }
            return false
        }
    }

    /// The marker in `content`, a line without its line end; nil for any other line.
    static func at(_ bytes: Span<UInt8>, _ content: Range<Int>) -> ConflictMarker? {
        guard content.count >= 7 else { return nil }
        let first = bytes[content.lowerBound]
        for offset in 1..<7 where bytes[content.lowerBound + offset] != first { return nil }
        // A name may follow, after a space.
        guard content.count == 7 || bytes[content.lowerBound + 7] == UInt8(ascii: " ") else { return nil }
        switch first {
        case UInt8(ascii: "<"): return .ours
        case UInt8(ascii: "|"): return .base
        case UInt8(ascii: "="): return .theirs
        case UInt8(ascii: ">"): return .end
        default: return nil
        }
    }
}
