package import VaisModel

/// The paths of a registry's interface, below its base URL. Whatever is put into a path is percent-encoded.
///
/// All routes live under `prefix`; the server answers them without it too, as the original did.
package enum Routes {
    package static let prefix = "/api/v1"

    // MARK: - Compatible with the original registry

    package static let health = prefix + "/health"
    package static let fullIndex = prefix + "/index.json"
    package static let publish = prefix + "/packages/publish"
    package static let categories = prefix + "/categories"
    package static let register = prefix + "/auth/register"
    package static let login = prefix + "/auth/login"
    package static let me = prefix + "/auth/me"
    package static let tokens = prefix + "/auth/tokens"

    package static func package(_ name: PackageName) -> String { "\(prefix)/packages/\(segment(name))" }

    /// The package's part of the original index.
    package static func packageIndex(_ name: PackageName) -> String { package(name) + "/index.json" }

    /// The release's metadata for `Accept: application/json`, otherwise its archive.
    package static func release(_ release: ReleaseID) -> String {
        "\(package(release.name))/\(segment(release.version))"
    }

    package static func archive(_ release: ReleaseID) -> String { Routes.release(release) + ".tar.gz" }

    package static func yank(_ release: ReleaseID) -> String { Routes.release(release) + "/yank" }

    package static func unyank(_ release: ReleaseID) -> String { Routes.release(release) + "/unyank" }

    package static func owners(_ name: PackageName) -> String { package(name) + "/owners" }

    package static func owner(_ username: String, of name: PackageName) -> String {
        "\(owners(name))/\(PercentEncoding.encode(username))"
    }

    package static func token(_ id: String) -> String { "\(tokens)/\(PercentEncoding.encode(id))" }

    package static func user(_ username: String) -> String { "\(prefix)/users/\(PercentEncoding.encode(username))" }

    package static func category(_ name: String, page: Page = Page()) -> String {
        "\(prefix)/categories/\(PercentEncoding.encode(name))\(query(page.parameters))"
    }

    package static func popular(page: Page = Page()) -> String { "\(prefix)/popular\(query(page.parameters))" }

    package static func recent(page: Page = Page()) -> String { "\(prefix)/recent\(query(page.parameters))" }

    package static func search(
        _ text: String, page: Page = Page(), sort: SearchSort? = nil, category: String? = nil, keyword: String? = nil
    ) -> String {
        var parameters: [(String, String)] = [("q", text)]
        if let sort { parameters.append(("sort", sort.rawValue)) }
        if let category { parameters.append(("category", category)) }
        if let keyword { parameters.append(("keyword", keyword)) }
        return "\(prefix)/search\(query(parameters + page.parameters))"
    }

    // MARK: - Modern

    /// Describes the registry to programs; beside the prefix, where RFC 8615 wants it.
    package static let description = "/.well-known/vais-registry"
    package static let ready = "/health/ready"
    package static let live = "/health/live"
    package static let metrics = "/metrics"
    package static let openAPI = prefix + "/openapi.json"

    /// The package's index as JSON lines: what a resolve reads.
    package static func index(_ name: PackageName) -> String { "\(prefix)/index/\(IndexPath.path(of: name))" }

    /// The names that changed after a serial.
    package static func changes(since serial: UInt64, limit: Int? = nil) -> String {
        var parameters = [("since", String(serial))]
        if let limit { parameters.append(("limit", String(limit))) }
        return "\(prefix)/changes\(query(parameters))"
    }

    package static func deprecate(_ release: ReleaseID) -> String { Routes.release(release) + "/deprecate" }

    // MARK: - Building

    private static func segment(_ value: some CustomStringConvertible) -> String {
        PercentEncoding.encode(value.description)
    }

    /// `?a=1&b=2`, or nothing when there are no parameters.
    static func query(_ parameters: [(String, String)]) -> String {
        guard !parameters.isEmpty else { return "" }
        let pairs = parameters.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
        return "?" + pairs.joined(separator: "&")
    }
}

/// A part of a list: how many entries, and how many to skip before them.
package struct Page: Sendable, Equatable {
    package var limit: Int?
    package var offset: Int?

    package init(limit: Int? = nil, offset: Int? = nil) {
        self.limit = limit
        self.offset = offset
    }

    var parameters: [(String, String)] {
        var parameters: [(String, String)] = []
        if let limit { parameters.append(("limit", String(limit))) }
        if let offset { parameters.append(("offset", String(offset))) }
        return parameters
    }
}

/// The orders of a search. The server takes an unknown one for `downloads`, as the original did.
package enum SearchSort: String, CaseIterable, Sendable {
    case downloads, newest, name, relevance
}
