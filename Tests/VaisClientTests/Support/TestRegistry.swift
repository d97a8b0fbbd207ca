import ArchiveCorpus
import Synchronization
import VaisClient
import VaisModel
import VaisProtocol

/// An honest registry in memory, behind a real socket, that can be told to lie.
final class TestRegistry: Sendable {
    struct Release: Sendable {
        var version: String
        var dependencies: [(name: String, requirement: String)]
        var archive: [UInt8]
        var serial: UInt64
        /// Of the yank.
        var yankedAt: UInt64?
    }

    private struct State {
        var packages: [String: [Release]] = [:]
        var changes: [(serial: UInt64, name: String)] = []
        var lie: (@Sendable (Request) -> Answer?)?
        var serial: UInt64 = 100
    }

    private final class Core: Sendable { let state = Mutex(State()) }

    private let core: Core
    let server: TestServer
    var url: String { server.url }
    var address: RegistryAddress { get throws { try RegistryAddress(parsing: url) } }

    init() throws {
        let core = Core()
        self.core = core
        server = try TestServer { request in
            let (lie, state) = core.state.withLock { ($0.lie, $0) }
            return lie?(request) ?? Self.answer(request, state)
        }
    }

    deinit { server.stop() }

    /// Publishes a package with a few files.
    func publish(_ name: String, _ version: String, needs dependencies: [String: String] = [:]) throws {
        try publish(name, version, needs: dependencies, archive: Self.archive(name, version))
    }

    func publish(_ name: String, _ version: String, needs dependencies: [String: String] = [:], archive: [UInt8]) throws
    {
        core.state.withLock { state in
            state.serial += 1
            state.packages[name, default: []].append(
                Release(
                    version: version, dependencies: dependencies.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                    archive: archive, serial: state.serial))
            state.changes.append((state.serial, name))
        }
    }

    func yank(_ name: String, _ version: String) {
        core.state.withLock { state in
            state.serial += 1
            for index in state.packages[name, default: []].indices where state.packages[name]?[index].version == version
            {
                state.packages[name]?[index].yankedAt = state.serial
            }
            state.changes.append((state.serial, name))
        }
    }

    /// Replaces the contents of a release, which no registry may do.
    func rewrite(_ name: String, _ version: String, archive: [UInt8]) {
        core.state.withLock { state in
            state.serial += 1
            for index in state.packages[name, default: []].indices where state.packages[name]?[index].version == version
            {
                state.packages[name]?[index].archive = archive
            }
            state.changes.append((state.serial, name))
        }
    }

    /// Forgets everything after `serial`, which no registry may do.
    func rollBack(to serial: UInt64) {
        core.state.withLock { state in
            state.serial = serial
            state.changes.removeAll { $0.serial > serial }
            for name in state.packages.keys { state.packages[name]?.removeAll { $0.serial > serial } }
        }
    }

    var serial: UInt64 { core.state.withLock { $0.serial } }

    /// What is answered in place of the truth, wherever it gives an answer.
    func lie(_ lie: (@Sendable (Request) -> Answer?)?) { core.state.withLock { $0.lie = lie } }

    func index(of name: String) throws -> [UInt8] { try Self.index(name, core.state.withLock { $0 }) ?? [] }
    func archive(of name: String, _ version: String) -> [UInt8] {
        core.state.withLock { $0.packages[name]?.first { $0.version == version }?.archive } ?? []
    }

    static func archive(_ name: String, _ version: String, extra: [String: String] = [:]) -> [UInt8] {
        var tar = TarBuilder()
        tar.file("vais.toml", "[package]\nname = \"\(name)\"\nversion = \"\(version)\"\n")
        tar.folder("src")
        tar.file("src/lib.vais", "// \(name) \(version)\n")
        for (path, text) in extra.sorted(by: { $0.key < $1.key }) { tar.file(path, text) }
        tar.end()
        return GzipBuilder.member(tar.bytes)
    }

    private static func answer(_ request: Request, _ state: State) -> Answer {
        let headers = [("Vais-Serial", "\(state.serial)")]
        let prefix = "/api/v1"
        guard request.method == "GET", request.path.hasPrefix(prefix) else { return .status(404) }
        let path = request.path.dropFirst(prefix.count)
        if path == "/changes" {
            let since = UInt64(request.target.split(separator: "=").last ?? "") ?? 0
            let names = Set(state.changes.filter { $0.serial > since }.map(\.name)).sorted().map { "\"\($0)\"" }
            return .ok(
                Array(
                    "{\"serial\":\(max(since, state.serial)),\"names\":[\(names.joined(separator: ","))],\"more\":false}"
                        .utf8),
                headers: headers)
        }
        if path.hasPrefix("/index/"), let name = path.split(separator: "/").last.map(String.init) {
            guard let body = try? index(name, state) else { return .status(404, headers: headers) }
            let tag = "\"\(body.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) })\""
            if request["if-none-match"] == tag { return .status(304, headers: headers + [("ETag", tag)]) }
            return .ok(body, headers: headers + [("ETag", tag)])
        }
        let words = path.split(separator: "/")
        if words.count == 3, words[0] == "packages", words[2].hasSuffix(".tar.gz"),
            let release = state.packages[String(words[1])]?.first(where: { $0.version + ".tar.gz" == words[2] })
        {
            return .ok(release.archive, headers: headers)
        }
        return .status(404, headers: headers)
    }

    private static func index(_ name: String, _ state: State) throws -> [UInt8]? {
        guard let releases = state.packages[name], !releases.isEmpty else { return nil }
        let lines = try releases.map { release in
            IndexRelease(
                version: try Version(parsing: release.version), checksum: try Plugins.checksum(of: release.archive),
                size: UInt64(release.archive.count), published: Timestamp(microseconds: 1_700_000_000_000_000),
                dependencies: try release.dependencies.map {
                    ReleaseDependency(
                        name: try PackageName(parsing: $0.name), requirement: try Requirement(parsing: $0.requirement))
                }, serial: release.serial)
        }
        let statuses = try releases.compactMap { release in
            try release.yankedAt.map {
                IndexStatus(.yank(Yank()), of: try Version(parsing: release.version), serial: $0)
            }
        }
        return IndexWriter(name: try PackageName(parsing: name), releases: lines, statuses: statuses).bytes
    }
}
