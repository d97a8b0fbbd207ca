internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import VaisModel
internal import VaisProtocol

/// The page of one package: what it is, how to install it, its releases and owners.
struct PackagePage {
    private let info: PackageInfo

    init(_ info: PackageInfo) { self.info = info }

    /// Neither scripts nor anything from elsewhere, whatever a package says of itself.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    var response: Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-cache", .vary: "Accept",
                .contentSecurityPolicy: Self.policy,
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: html)))
    }

    private var html: [UInt8] {
        var page = HTML()
        page.markup("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        page.text(info.name.text)
        page.markup("</title><meta name=\"viewport\" content=\"width=device-width\"><style>")
        page.markup("body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}")
        page.markup("pre{background:#eee;padding:.5rem}td,th{padding:0 1rem 0 0;text-align:left}")
        page.markup("</style></head><body><h1>")
        page.text(info.name.text)
        page.markup("</h1>")
        if let description = info.description {
            page.markup("<p>")
            page.text(description)
            page.markup("</p>")
        }
        page.markup("<pre>vais add ")
        page.text(info.name.text)
        page.markup("</pre><dl>")
        for (term, value) in [("License", info.license), ("Owners", info.owners.joined(separator: ", "))] {
            guard let value, !value.isEmpty else { continue }
            row(term, &page) { $0.text(value) }
        }
        let links = [
            ("Homepage", info.homepage), ("Repository", info.repository), ("Documentation", info.documentation),
        ]
        for (term, address) in links {
            guard let address else { continue }
            row(term, &page) { $0.link(address) }
        }
        page.markup("</dl><h2>Versions</h2><table><tr><th>Version</th><th>Published</th><th>SHA-256</th></tr>")
        for release in info.versions.prefix(Self.mostVersions) {
            page.markup("<tr><td>")
            page.text(release.version.description)
            if release.yanked { page.markup(" (yanked)") }
            page.markup("</td><td>")
            page.text(release.createdAt.rfc3339)
            page.markup("</td><td><code>")
            page.text(String(release.checksum.hex.prefix(16)))
            page.markup("…</code></td></tr>")
        }
        page.markup("</table></body></html>")
        return page.bytes
    }

    private static let mostVersions = 200

    private func row(_ term: String, _ page: inout HTML, _ content: (inout HTML) -> Void) {
        page.markup("<dt>")
        page.text(term)
        page.markup("</dt><dd>")
        content(&page)
        page.markup("</dd>")
    }
}
