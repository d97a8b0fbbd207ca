/// The little that the model must know of a URL: its scheme is one of those wanted, it names a host, and it holds nothing
/// that a terminal or a page could trip over.
struct WebAddress {
    /// What stands between `//` and the path.
    private let authority: ArraySlice<UInt8>

    /// Nil when `text` is no URL of one of `schemes`.
    init?(_ text: String, schemes: [String]) {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }),
            let scheme = schemes.first(where: { bytes.starts(with: "\($0)://".utf8) })
        else { return nil }
        let rest = bytes.dropFirst(scheme.utf8.count + 3)
        authority = rest.prefix { !"/?#".utf8.contains($0) }
        // A file has no host: its path begins at once.
        let isComplete = scheme == "file" ? rest.first == UInt8(ascii: "/") : !authority.isEmpty
        guard isComplete, authority.first != UInt8(ascii: ":") else { return nil }
    }

    /// Whether a name or password stands before the host.
    var hasCredentials: Bool { authority.contains(UInt8(ascii: "@")) }
}
