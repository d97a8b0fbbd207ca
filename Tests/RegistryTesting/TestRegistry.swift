internal import Glibc
package import VaisHost
internal import VaisModel
package import VaisProtocol
package import VaisRegistry

/// The stores that every test of the registry runs on.
package enum StoreUnderTest: String, Sendable, CaseIterable, CustomStringConvertible {
    case memory = "storage-memory"
    case sqlite = "storage-sqlite"
    /// The example in `Examples/plugins`, which searches by the host's index and keeps objects in the host's files.
    case lmdb = "storage-lmdb"

    package var description: String { rawValue }
}

/// A registry on a real store in a folder of its own, made of the plugins that were built beside the tests.
package final class TestRegistry: Sendable {
    package let registry: Registry
    package let folder: String
    private let blobs: any BlobStore
    /// What the registry asks, counted.
    package let store: CountingStore

    /// Runs `body` with a registry when it is its turn, then closes it and removes its folder.
    package static func with(
        _ store: StoreUnderTest, settings: RegistrySettings = TestRegistry.openSettings,
        _ body: (TestRegistry) async throws -> Void
    ) async throws {
        try await withFolder { folder in
            let registry = try await TestRegistry(store, settings: settings, folder: folder)
            do {
                try await body(registry)
            } catch {
                await registry.registry.close()
                throw error
            }
            await registry.registry.close()
        }
    }

    /// Gives `body` a folder for one registry after another, when it is its turn, and removes the folder.
    package static func withFolder(_ body: (_ folder: String) async throws -> Void) async throws {
        await Turns.shared.take()
        defer { Turns.shared.giveBack() }
        let folder = try makeFolder()
        defer { remove(folder) }
        try await body(folder)
    }

    /// Opens the store of the folder, made ready for the shapes.
    package static func openStorage(_ store: StoreUnderTest, _ set: ShapeSet, in folder: String) async throws -> Storage
    {
        try await PluginHost(try configuration(store, in: folder)).loadStorage(
            shapes: set, dataFolder: folder + "/data")
    }

    /// Opens the registry of the folder. The caller closes it.
    ///
    /// - Parameter fault: how commits fail from the first on.
    package static func open(
        _ store: StoreUnderTest, in folder: String, settings: RegistrySettings = TestRegistry.openSettings,
        fault: (@Sendable (Batch) -> CountingStore.Fault?)? = nil
    ) async throws -> TestRegistry {
        try await TestRegistry(store, settings: settings, folder: folder, fault: fault)
    }

    private convenience init(
        _ store: StoreUnderTest, settings: RegistrySettings, folder: String,
        fault: (@Sendable (Batch) -> CountingStore.Fault?)? = nil
    ) async throws {
        let (set, shapes) = RegistryShapes.declare()
        let storage = try await Self.openStorage(store, set, in: folder)
        do {
            try await self.init(on: storage, shapes, store, settings: settings, folder: folder, fault: fault)
        } catch {
            await storage.close()
            throw error
        }
    }

    /// A node on a store that is open, and may have others. Whoever closes its registry closes the store.
    package init(
        on storage: Storage, _ shapes: RegistryShapes, _ store: StoreUnderTest,
        settings: RegistrySettings = TestRegistry.openSettings, folder: String,
        fault: (@Sendable (Batch) -> CountingStore.Fault?)? = nil
    ) async throws {
        self.folder = folder
        let host = PluginHost(try Self.configuration(store, in: folder))
        self.store = CountingStore(storage.records)
        self.store.setFault(fault)
        blobs = storage.blobs
        var counted = storage
        counted.records = self.store
        registry = try await Registry(
            storage: counted, shapes: shapes, digester: try host.loadDigest(), passwords: try host.loadPassword(),
            settings: settings)
    }

    package static var openSettings: RegistrySettings {
        var settings = RegistrySettings()
        settings.openRegistration = true
        return settings
    }

    /// What there is of objects: the finished ones by id, and the files that the host keeps of them, unfinished ones included.
    package func objects() async throws -> [String] {
        try await blobs.list(after: nil, limit: 100).map(\.hex) + blobFiles()
    }

    /// The files in which the host keeps objects; none with a store that keeps them itself.
    package func blobFiles() -> [String] { Self.files(in: folder + "/data/blobs") }

    /// A new account's caller, through login as a client does it.
    package func login(_ username: String, isAdmin: Bool = false) async throws -> Caller {
        try await registry.authenticate(try await token(username, isAdmin: isAdmin))
    }

    package func token(_ username: String, isAdmin: Bool = false) async throws -> String {
        _ = try await registry.createUser(
            username, password: "correct horse", email: nil, isAdmin: isAdmin, actor: "test")
        return try await registry.login(LoginRequest(username: username, password: "correct horse")).token
    }

    /// Publishes an archive the way the server does.
    @discardableResult
    package func publish(
        _ archive: [UInt8], by caller: Caller, metadata: PublishMetadata? = nil
    ) async throws -> PublishResponse {
        let publication = try await registry.publication(by: caller)
        do {
            var rest = archive[...]
            while !rest.isEmpty {
                try await publication.write(Array(rest.prefix(10_000)))
                rest = rest.dropFirst(10_000)
            }
            return try await publication.finish(metadata: metadata)
        } catch {
            await publication.cancel()
            throw error
        }
    }

    // MARK: - Plugins and files

    private static func configuration(_ store: StoreUnderTest, in folder: String) throws -> PluginConfiguration {
        let file = folder + "/plugins.toml"
        // Argon2 with little memory: the tests are about everything else.
        let text = """
            search = ["\(try binaryFolder())"]
            [storage]
            plugin = "\(store.rawValue)"
            [digest]
            plugin = "digest-openssl"
            [password]
            plugin = "password-argon2"
            [password.config]
            memory_kib = 64
            iterations = 1
            """
        guard let stream = fopen(file, "w") else { throw TestFailure("cannot write \(file)") }
        fputs(text, stream)
        fclose(stream)
        return try PluginConfiguration.load(
            ConfigurationPlaces(explicit: file, environment: [:], binaryFolder: nil, systemFile: "/nonexistent"))
    }

    private static func binaryFolder() throws -> String {
        guard let resolved = realpath("/proc/self/exe", nil) else { throw TestFailure("/proc/self/exe is not there") }
        defer { free(resolved) }
        let path = String(cString: resolved)
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/vais-registry-test.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw TestFailure("mkdtemp failed") }
        return String(cString: made)
    }

    private static func files(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var files: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = "\(folder)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { files += Self.files(in: path) } else { files.append(path) }
        }
        return files
    }

    private static func remove(_ folder: String) {
        guard let stream = opendir(folder) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name == "." || name == ".." { continue }
            let path = "\(folder)/\(name)"
            if entry.pointee.d_type == UInt8(DT_DIR) { remove(path) } else { unlink(path) }
        }
        closedir(stream)
        rmdir(folder)
    }
}

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension TestRegistry {
    /// Whether any file of the data folder holds these bytes.
    package func storedBytes(contain pattern: [UInt8]) -> Bool {
        Self.files(in: folder + "/data").contains { file in
            guard let stream = fopen(file, "r") else { return false }
            defer { fclose(stream) }
            fseek(stream, 0, SEEK_END)
            var bytes = [UInt8](repeating: 0, count: max(0, ftell(stream)))
            rewind(stream)
            let count = fread(&bytes, 1, bytes.count, stream)
            guard count >= pattern.count else { return false }
            return (0...(count - pattern.count)).contains { start in
                bytes[start] == pattern[0] && bytes[start..<(start + pattern.count)].elementsEqual(pattern)
            }
        }
    }
}
