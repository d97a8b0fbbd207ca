import Synchronization
import Testing
import VaisClient

/// Lines 67 to 74 of the list of hostile inputs, as `lock` and `install` meet them.
@Suite("A hostile lockfile") struct LockfileDamageTests {
    private static func locked() async throws -> (registry: TestRegistry, project: TestProject, text: String) {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"")
        try await project.lock()
        return (registry, project, try #require(project.lockfile))
    }

    /// - Parameter edit: makes a bad line of a good one.
    private func refused(
        _ code: ClientError.Code, updateToo: Bool, _ edit: (String) -> String,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> ClientError? {
        let (registry, project, text) = try await Self.locked()
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { edit(String($0)) }
        let bad = lines.joined(separator: "\n")
        #expect(bad != text, sourceLocation: location)
        try project.folder.write("vais.lock", bad)
        registry.server.forget()
        var error: ClientError?
        for (isLocked, updating) in [(true, false), (false, false)] + (updateToo ? [(false, true)] : []) {
            error = await failure({ try await project.install(locked: isLocked, updating: updating) }, location)
            #expect(error?.code == code, sourceLocation: location)
        }
        #expect(project.lockfile == bad, "it is left untouched", sourceLocation: location)
        #expect(project.installed("a/vais.toml") == nil, sourceLocation: location)
        #expect(registry.server.requests.isEmpty, sourceLocation: location)
        return error
    }

    @Test("67: an entry without a hash is exit 4, with its line, and no update hides it")
    func withoutHash() async throws {
        let error = try await refused(.integrity, updateToo: true) { $0.hasPrefix("sha256") ? "" : $0 }
        #expect(error?.message.contains("vais.lock:") == true && error?.hint != nil)
    }

    @Test("68: another algorithm's hash is exit 4", arguments: ["md5", "sha1", "sha512", "checksum"])
    func otherHash(_ name: String) async throws {
        _ = try await refused(.integrity, updateToo: true) { $0.hasPrefix("sha256") ? name + $0.dropFirst(6) : $0 }
    }

    @Test("69: a hash unlike the registry's is exit 4, for install and update alike")
    func otherChecksum() async throws {
        let (_, project, text) = try await Self.locked()
        let good = try #require(text.split(separator: "\n").first { $0.hasPrefix("sha256") })
        let bad = text.replacing(good, with: "sha256 = \"" + String(repeating: "ab", count: 32) + "\"")
        try project.folder.write("vais.lock", bad)
        for (locked, updating) in [(true, false), (false, false), (false, true)] {
            let error = await failure { try await project.install(locked: locked, updating: updating) }
            #expect(error?.code == .integrity && error?.reason == "checksum")
        }
        #expect(project.lockfile == bad && project.installed("a/vais.toml") == nil)
        #expect(project.temporaries == [])
    }

    @Test("70: a URL in place of a registry's name is refused, and nothing is sent to it")
    func otherSource() async throws {
        let evil = try TestServer { _ in .status(500) }
        defer { evil.stop() }
        _ = try await refused(.input, updateToo: false) { $0.hasPrefix("registry") ? "registry = \"\(evil.url)\"" : $0 }
        #expect(evil.requests.isEmpty)
    }

    @Test("71: duplicates, truncation, a BOM and rubbish are exit 1 with a line")
    func damage() async throws {
        let (_, project, text) = try await Self.locked()
        let head = try #require(text.split(separator: "\n[[package]]", maxSplits: 1).first)
        let damaged = [
            text + text.dropFirst(head.count), String(text.dropLast(40)), "\u{FEFF}" + text, "nonsense\n",
            text.replacing("size = ", with: "size = x"), head + "\n",
        ]
        for bad in damaged {
            try project.folder.write("vais.lock", bad)
            for locked in [true, false] {
                let error = await failure { try await project.install(locked: locked) }
                #expect(error?.code == .input, "\(bad.prefix(60))")
                #expect(error?.message.contains("vais.lock:") == true, "\(error?.message ?? "")")
            }
            #expect(project.lockfile == bad)
            // An update makes it anew.
            try await project.install(updating: true)
            #expect(project.lockfile == text)
        }
    }

    @Test("72: a stale lockfile is exit 5 under --locked, and is not rewritten")
    func stale() async throws {
        let (registry, project, text) = try await Self.locked()
        try project.manifest("a = \"^1\"")
        registry.server.forget()
        let error = await failure { try await project.install(locked: true) }
        #expect(error?.code == .difference && error?.hint != nil)
        #expect(project.lockfile == text && registry.server.requests.isEmpty)
        let none = try TestProject(registry, "a = \"^1\"")
        #expect(await failure { try await none.install(locked: true) }?.code == .difference)
        #expect(none.lockfile == nil)
    }

    @Test("73: a locked release that was yanked installs with a warning, also into an empty cache")
    func yanked() async throws {
        let (registry, project, text) = try await Self.locked()
        registry.yank("a", "1.0.0")
        try await project.install(locked: true)
        #expect(project.installed("a/vais.toml") != nil && project.lockfile == text)
        #expect(project.warnings.withLock { $0 }.contains { $0.contains("a@1.0.0") && $0.contains("yanked") })
    }

    @Test("74: a newer format is exit 1 and is left untouched, by update too", arguments: ["format", "minimum-reader"])
    func newer(_ key: String) async throws {
        let error = try await refused(.input, updateToo: true) { $0.hasPrefix(key + " =") ? "\(key) = 2" : $0 }
        #expect(error?.reason == "newerFormat")
    }
}
