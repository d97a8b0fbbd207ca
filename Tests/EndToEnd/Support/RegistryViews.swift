import VaisModel
import VaisProtocol

/// One package as every route of a registry shows it.
struct RegistryViews {
    private let http: HTTPClient
    private let name: String

    init(_ http: HTTPClient, _ name: String) {
        self.http = http
        self.name = name
    }

    /// The releases by version. Throws unless the index, the original index, the page of the package, the full index and the search agree.
    func releases() throws -> [String: IndexRelease] {
        let index = try indexed()
        let checksums = index.mapValues(\.checksum.hex)
        let views = [
            ("its page", try listed("/api/v1/packages/\(name)")),
            ("its original index", try listed("/api/v1/packages/\(name)/index.json")),
            ("the full index", try inFullIndex()),
        ]
        for (view, seen) in views where seen != checksums {
            throw Failure("\(name) has \(checksums.keys.sorted()) in its index and \(seen.keys.sorted()) in \(view)")
        }
        let found = try http.get("/api/v1/search?q=\(name)").json().object()
            .list("packages") { (json: JSONValue) throws(ProtocolError) in try json.object().string("name") }
        guard found.contains(name) == !index.isEmpty else {
            throw Failure("\(name) has \(index.count) releases, and the search says otherwise")
        }
        return index
    }

    private func indexed() throws -> [String: IndexRelease] {
        let package = try PackageName(parsing: name)
        let answer = try http.get("/index/\(IndexPath.path(of: package))")
        if answer.status == 404 { return [:] }
        let document = try IndexDocument(parsing: answer.body, of: package)
        return Dictionary(
            document.releases.map { ($0.version.description, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func listed(_ path: String) throws -> [String: String] {
        let answer = try http.get(path)
        return answer.status == 404 ? [:] : try checksums(answer.json())
    }

    private func inFullIndex() throws -> [String: String] {
        for entry in try http.get("/api/v1/index.json").json().array()
        where try entry.object().string("name") == name {
            return try checksums(entry)
        }
        return [:]
    }

    private func checksums(_ package: JSONValue) throws -> [String: String] {
        let pairs = try package.object().list("versions") { (json: JSONValue) throws(ProtocolError) in
            (try json.object().string("version"), try json.object().string("checksum"))
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
