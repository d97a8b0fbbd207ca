/// Names that no archive may hold, whatever folder they lie in.
enum ReservedNames {
    /// Folders that tools act upon when they find them, and the names under which installers have kept their "unpacked
    /// completely" marks. Our own state lies beside the unpacked tree, never in it; an entry with such a name can only be
    /// an attempt to pass for it. Compared in folded form.
    static let components: Set<[UInt8]> = Set(
        [".git", ".vais", ".vais-ok", ".vais-unpacked", ".vais-complete", ".cargo-ok"].map { Array($0.utf8) })

    /// Whether Windows would open a device instead of a file: `CON`, `aux.txt`, `LPT1 .log`…
    /// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    static func isDevice(_ component: UnsafeRawBufferPointer) -> Bool {
        // The device is named by what comes before the first dot, trailing spaces left out.
        var stem = component.prefix { $0 != UInt8(ascii: ".") }
        while stem.last == UInt8(ascii: " ") { stem = stem.dropLast() }
        switch stem.count {
        case 3: return matches(stem, "con") || matches(stem, "prn") || matches(stem, "aux") || matches(stem, "nul")
        case 4:
            guard let digit = stem.last, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return false }
            return isPort(stem.dropLast())
        case 5:
            // Superscript one, two and three count as digits: C2 B9, C2 B2, C2 B3.
            guard stem[stem.startIndex + 3] == 0xC2, let last = stem.last, [0xB9, 0xB2, 0xB3].contains(last) else {
                return false
            }
            return isPort(stem.dropLast(2))
        case 6: return matches(stem, "conin$")
        case 7: return matches(stem, "conout$")
        default: return false
        }
    }

    private static func isPort(_ stem: Slice<UnsafeRawBufferPointer>) -> Bool {
        matches(stem, "com") || matches(stem, "lpt")
    }

    private static func matches(_ bytes: Slice<UnsafeRawBufferPointer>, _ lowercase: StaticString) -> Bool {
        guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in bytes {
            if CaseFold.ascii(byte) != lowercase.utf8Start[index] { return false }
            index += 1
        }
        return true
    }
}
