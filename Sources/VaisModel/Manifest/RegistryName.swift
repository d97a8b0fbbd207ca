/// The logical name of a registry, the only thing a manifest or lockfile says about where a package comes from.
package enum RegistryName {
    /// What a package comes from when nothing else is said.
    package static let `default` = "default"

    package static func isValid(_ text: String) -> Bool { isValid(text.utf8.span) }

    /// 1 to 64 of `a-z 0-9 - _`, beginning with a letter or digit.
    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        guard (1...64).contains(bytes.count) else { return false }
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "-"), UInt8(ascii: "_"): if index == 0 { return false }
            default: return false
            }
        }
        return true
    }
}
