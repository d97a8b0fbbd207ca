import Synchronization
import Testing
import VaisClient
import VaisHost
import VaisModel
import VaisResolver

/// A project, a home, and a client that works with them.
final class TestProject: Sendable {
    let folder: TemporaryFolder
    let home: TemporaryFolder
    let loads = LoadCounter()
    let warnings = Mutex<[String]>([])
    private let registry: RegistryAddress
    /// Alive for as long as the project.
    private let server: TestRegistry?

    init(_ registry: RegistryAddress, home: TemporaryFolder? = nil, server: TestRegistry? = nil) throws {
        self.registry = registry
        self.server = server
        folder = try TemporaryFolder()
        self.home = try home ?? TemporaryFolder()
    }

    convenience init(_ registry: TestRegistry, _ dependencies: String) throws {
        try self.init(try registry.address, server: registry)
        try manifest(dependencies)
    }

    /// - Parameter dependencies: lines for `[dependencies]`, and what may follow them.
    func manifest(_ dependencies: String) throws {
        try folder.write(
            "vais.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\n\n[dependencies]\n\(dependencies)\n")
    }

    func session(
        offline: Bool = false, token: String? = nil, patience: Duration = .seconds(30), registry: RegistryAddress? = nil
    ) -> Session {
        let address = registry ?? self.registry
        return Session(
            home: Home(path: home.path), defaultRegistry: address, isOffline: offline,
            transport: LazyTransport { [loads] in
                loads.count("transport")
                return try Plugins.host.get().loadTransport()
            },
            digester: LazyDigester { [loads] in
                loads.count("digest")
                return try Plugins.host.get().loadDigest()
            },
            credentials: Credentials(file: home.path + "/credentials.toml", environmentToken: token, for: address),
            events: Events(warning: { [self] text in warnings.withLock { $0.append(text) } }), patience: patience)
    }

    var project: Project { get throws { try Project(folder: folder.path) } }

    @discardableResult
    func install(
        locked: Bool = false, offline: Bool = false, updating: Bool = false, session: Session? = nil
    ) async throws -> Installing.Report {
        var options = Installing.Options()
        options.isLocked = locked
        if updating { options.updating = .everything }
        return try await Installing(try project, session ?? self.session(offline: offline)).install(options)
    }

    @discardableResult
    func lock(_ session: Session? = nil) async throws -> Locking.Outcome {
        let outcome = try await Locking(try project, session ?? self.session()).lock()
        try project.write(outcome.lockfile)
        return outcome
    }

    /// The file of an installed package.
    func installed(_ path: String) -> String? { folder.read(".vais/packages/" + path) }

    var lockfile: String? { folder.read("vais.lock") }

    /// Names with versions in the lockfile.
    var locked: [String] {
        get throws { try project.readLockfile()?.packages.map(\.release.description) ?? [] }
    }

    /// The cache of the registry's packages.
    var cache: String { session().folder(of: registry).cache }

    /// What crashes and failures must not leave anywhere.
    var temporaries: [String] {
        (folder.contents + home.contents).filter { path in
            let name = path.split(separator: "/").last ?? ""
            return name.hasPrefix(".vais-") || name.hasSuffix(".vais-tmp") || name.hasSuffix(".part")
        }
    }
}

/// Runs `body`, which must throw, and gives its error.
func failure(_ body: () async throws -> some Any, _ location: SourceLocation = #_sourceLocation) async -> ClientError? {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: location)
        return nil
    } catch {
        return ClientError(error)
    }
}
