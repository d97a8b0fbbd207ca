import Testing

@testable import VaisHost

@Suite("The password hasher") struct PluginPasswordHasherTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    func hasher(_ isolation: PluginIsolation) throws -> any PasswordHasher {
        let section = "[password]\nplugin = \"password-argon2\"\nisolation = \"\(isolation.rawValue)\"\n"
        return try RealPlugins.host(section, folder: folder).loadPassword()
    }

    @Test("knows a password again, and no other", arguments: PluginIsolation.all)
    func verification(_ isolation: PluginIsolation) async throws {
        let hasher = try hasher(isolation)
        let phc = try await hasher.hash(Array("correct horse".utf8))
        #expect(phc.hasPrefix("$argon2id$v=19$"))
        #expect(try await hasher.verify(Array("correct horse".utf8), against: phc))
        #expect(try await !hasher.verify(Array("correct horsE".utf8), against: phc))
        #expect(try await !hasher.verify([], against: phc))
        #expect(await !hasher.needsRehash(phc))
    }

    @Test("salts each hash afresh, also when many are made at once", arguments: PluginIsolation.all)
    func salts(_ isolation: PluginIsolation) async throws {
        let hasher = try hasher(isolation)
        let hashes = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 { group.addTask { try await hasher.hash([1, 2, 3]) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(hashes.count == 6)
    }

    @Test(
        "fails on what is no hash, rather than take it for a wrong password",
        arguments: ["", "plain", "$argon2id$v=19$m=1"], PluginIsolation.all)
    func malformed(_ phc: String, _ isolation: PluginIsolation) async throws {
        let hasher = try hasher(isolation)
        await #expect(throws: PluginError.self) { try await hasher.verify([1], against: phc) }
    }

    @Test("refuses a secret that nobody could have typed", arguments: PluginIsolation.all)
    func longSecrets(_ isolation: PluginIsolation) async throws {
        let hasher = try hasher(isolation)
        await #expect(throws: PluginError.self) { try await hasher.hash([UInt8](repeating: 0x61, count: 4097)) }
    }

    @Test("runs as many at once as 256 MiB and the cores allow, and always one")
    func budget() {
        #expect(PasswordBudget(memory: 19 << 20, threads: 1, cores: 8).atOnce == 8)
        #expect(PasswordBudget(memory: 64 << 20, threads: 1, cores: 8).atOnce == 4)
        #expect(PasswordBudget(memory: 1 << 20, threads: 4, cores: 8).atOnce == 2)
        #expect(PasswordBudget(memory: 1 << 40, threads: 1, cores: 8).atOnce == 1)
        #expect(PasswordBudget(memory: 0, threads: 0, cores: 0).atOnce == 1)
    }
}
