/// Where a registry is: a server, or a folder in the original layout.
package struct RegistryAddress: Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// The URL without a trailing slash, and the origin (scheme, host and port) that credentials belong to.
        case server(url: String, origin: String)
        /// The absolute path.
        case folder(String)
    }

    package let kind: Kind

    package static let standard = RegistryAddress(
        kind: .server(url: "https://registry.vais.dev", origin: "https://registry.vais.dev"))

    private init(kind: Kind) { self.kind = kind }

    /// Reads `https://host[:port][/path]`, `http://…` or `file:///path`.
    package init(parsing text: String) throws(ClientError) {
        func refuse(_ reason: String) -> ClientError {
            ClientError(
                .usage, "`\(text)` is not a registry's address: \(reason)",
                hint: "write https://host[:port], or file:///folder for one in a folder")
        }
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw refuse("it has characters that no URL has")
        }
        if let path = text.removing(prefix: "file://") {
            guard path.utf8.first == UInt8(ascii: "/") else { throw refuse("a file URL needs an absolute path") }
            guard let decoded = PercentDecoding.decode(path) else { throw refuse("its percent-encoding is broken") }
            kind = .folder(decoded.count > 1 && decoded.hasSuffix("/") ? String(decoded.dropLast()) : decoded)
            return
        }
        let scheme = text.hasPrefix("https://") ? "https" : text.hasPrefix("http://") ? "http" : nil
        guard let scheme else { throw refuse("it begins with neither https://, http:// nor file://") }
        var rest = text.dropFirst(scheme.count + 3)
        while rest.hasSuffix("/") { rest.removeLast() }
        let authority = rest.prefix { $0 != "/" }
        guard !authority.contains("@") else {
            // Not quoted: what is printed ends up in logs.
            throw ClientError(
                .usage, "credentials do not belong into a registry's address",
                hint: "write https://host[:port], and run `vais login`")
        }
        guard !authority.isEmpty, !authority.hasPrefix(":"), !rest.contains("?"), !rest.contains("#") else {
            throw refuse("it has no host, or a query")
        }
        let origin = "\(scheme)://\(authority.lowercased())".removing(suffix: scheme == "https" ? ":443" : ":80")
        kind = .server(url: origin + rest.dropFirst(authority.count), origin: origin)
    }

    package var description: String {
        switch kind {
        case .server(let url, _): url
        case .folder(let path): "file://\(path)"
        }
    }

    /// A name for its folder in the cache: readable, and different for different addresses.
    package var key: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let readable = description.utf8.map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "."):
                byte
            default: UInt8(ascii: "-")
            }
        }
        return String(decoding: readable.prefix(80), as: UTF8.self) + "-" + String(hash, radix: 16)
    }
}

extension StringProtocol {
    func removing(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }

    func removing(suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : String(self) }
}
