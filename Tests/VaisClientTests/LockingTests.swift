import Testing
import VaisClient
import VaisModel
import VaisResolver

@Suite("Locking") struct LockingTests {
    @Test("from nothing asks for what changed, and once for each package")
    func coldRequests() async throws {
        let registry = try TestRegistry()
        for index in 0..<20 { try registry.publish("leaf-\(index)", "1.0.0") }
        try registry.publish(
            "top", "1.0.0", needs: Dictionary(uniqueKeysWithValues: (0..<20).map { ("leaf-\($0)", "^1") }))
        let project = try TestProject(registry, "top = \"^1\"")
        try await project.lock()
        #expect(try project.locked.count == 21)
        #expect(registry.server.requests.count == 22)
        #expect(registry.server.targets.count { $0.contains("/changes") } == 1)
        #expect(Set(registry.server.targets).count == 22)
        #expect(project.loads.names == ["transport"], "locking needs no digest")
    }

    @Test("of what is locked already asks nobody and loads nothing")
    func fresh() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.lock()
        let again = try TestProject(registry, "a = \"^1\"")
        try again.folder.write("vais.lock", try #require(project.lockfile))
        registry.server.forget()
        let outcome = try await again.lock()
        #expect(!outcome.didResolve && outcome.changes.isEmpty)
        #expect(registry.server.requests.isEmpty && again.loads.names.isEmpty)
        #expect(again.lockfile == project.lockfile)
    }

    @Test("anew when nothing has changed is a single question")
    func unchanged() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b", "c"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"\nc = \"^1\"")
        try await project.lock()
        registry.server.forget()
        let outcome = try await Locking(try project.project, project.session()).lock(updating: .everything)
        #expect(outcome.didResolve && outcome.changes.isEmpty)
        #expect(registry.server.requests.count == 1)
        #expect(registry.server.targets.first?.contains("/changes?since=103") == true)
    }

    @Test("after a change asks for the package that changed, and no other")
    func oneChanged() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b", "c"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"\nc = \"^1\"")
        try await project.lock()
        try registry.publish("b", "1.1.0")
        registry.server.forget()
        let outcome = try await Locking(try project.project, project.session()).lock(updating: .everything)
        #expect(outcome.changes.map(\.name.text) == ["b"])
        #expect(registry.server.requests.count == 2)
        // What was learned is kept.
        registry.server.forget()
        _ = try await Locking(try project.project, project.session()).lock(updating: .everything)
        #expect(registry.server.requests.count == 1)
    }

    @Test("keeps what is locked, and updates one package without the others")
    func updateOne() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"")
        try await project.lock()
        for name in ["a", "b", "c"] { try registry.publish(name, "1.5.0") }
        try project.manifest("a = \"^1\"\nb = \"^1\"\nc = \"^1\"")
        try await project.lock()
        #expect(try project.locked == ["a@1.0.0", "b@1.0.0", "c@1.5.0"])
        let locking = try Locking(try project.project, project.session())
        let outcome = try await locking.lock(updating: .only([try PackageName(parsing: "a")]))
        #expect(outcome.lockfile.packages.map(\.release.description) == ["a@1.5.0", "b@1.0.0", "c@1.5.0"])
        let error = await failure { try await locking.lock(updating: .only([try PackageName(parsing: "aa")])) }
        #expect(error?.code == .input && error?.hint == "did you mean `a`?")
    }

    @Test("keeps a yanked release that is locked, chooses it for nobody else, and leaves it on update")
    func yanked() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        try registry.publish("a", "1.1.0")
        try registry.publish("b", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.lock()
        registry.yank("a", "1.1.0")
        try project.manifest("a = \"^1\"\nb = \"^1\"")
        let outcome = try await project.lock()
        #expect(outcome.yanked.map(\.description) == ["a@1.1.0"])
        #expect(try project.locked == ["a@1.1.0", "b@1.0.0"])
        let fresh = try TestProject(registry, "a = \"^1\"")
        try await fresh.lock()
        #expect(try fresh.locked == ["a@1.0.0"])
        let updated = try await Locking(try project.project, project.session()).lock(updating: .everything)
        #expect(updated.lockfile.packages.first?.release.description == "a@1.0.0")
    }

    @Test("explains what cannot be resolved, and changes nothing")
    func conflict() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0", needs: ["c": "^1"])
        try registry.publish("b", "1.0.0", needs: ["c": "^2"])
        try registry.publish("c", "1.0.0")
        try registry.publish("c", "2.0.0")
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"")
        let error = await failure { try await project.lock() }
        #expect(error?.code == .input && error?.causes.isEmpty == false)
        #expect(project.lockfile == nil)
    }

    @Test("of a package that does not exist is exit 1 and names a similar one", arguments: ["two_words", "twowords"])
    func missing(_ name: String) async throws {
        let folder = try TemporaryFolder()
        let archive = TestRegistry.archive("two-words", "1.0.0")
        try folder.write(
            "index.json",
            "[{\"name\":\"two-words\",\"versions\":[{\"version\":\"1.0.0\",\"checksum\":\"\(try Plugins.checksum(of: archive))\"}]}]"
        )
        let project = try TestProject(try RegistryAddress(parsing: "file://" + folder.path))
        try project.manifest("\(name) = \"^1\"")
        let error = await failure { try await project.lock() }
        #expect(error?.code == .input)
        #expect(error?.hint?.contains("two-words") == true)
    }

    @Test("heals conflict markers, except where the lockfile may not change; CRLF reads as LF")
    func markers() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"")
        try await project.lock()
        let good = try #require(project.lockfile)
        let marked = good.replacing(
            "    \"a ^1\",\n", with: "<<<<<<< ours\n    \"a ^1\",\n=======\n    \"a ^1\",\n>>>>>>> theirs\n")
        #expect(marked != good)
        try project.folder.write("vais.lock", marked)
        let error = await failure { try await project.install(locked: true) }
        #expect(error?.code == .input && error?.message.contains("vais.lock:") == true)
        #expect(project.lockfile == marked)
        try await project.lock()
        #expect(project.lockfile == good)
        try project.folder.write("vais.lock", good.replacing("\n", with: "\r\n"))
        #expect(try await !project.lock().didResolve)
    }

    @Test("takes packages from folders, and their requirements and versions into account")
    func paths() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0", needs: ["local": "^1"])
        try registry.publish("b", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"\nlocal = { path = \"local\" }")
        try project.folder.write(
            "local/vais.toml", "[package]\nname = \"local\"\nversion = \"1.2.0\"\n[dependencies]\nb = \"^1\"\n")
        try await project.lock()
        #expect(try project.locked == ["a@1.0.0", "b@1.0.0"])
        #expect(project.lockfile?.contains("local") == false, "an edge to a package from a folder would lead nowhere")
        #expect(try await !project.lock().didResolve)
        try await project.install()
        #expect(project.installed("local/vais.toml")?.contains("1.2.0") == true)
        // What others require of it must hold.
        try project.folder.write("local/vais.toml", "[package]\nname = \"local\"\nversion = \"2.0.0\"\n")
        let error = await failure { try await project.lock() }
        #expect(error?.code == .input && error?.causes.joined().contains("local") == true)
    }

    @Test("lets the project override what others require, by version and by folder")
    func overrides() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0", needs: ["c": "^2"])
        for version in ["1.0.0", "2.0.0"] { try registry.publish("c", version) }
        let project = try TestProject(registry, "a = \"^1\"\n\n[overrides]\nc = \"=1.0.0\"")
        try await project.lock()
        #expect(try project.locked == ["a@1.0.0", "c@1.0.0"])
        #expect(try await !project.lock().didResolve)
        try project.manifest("a = \"^1\"\n\n[overrides]\nc = { path = \"mine\" }")
        try project.folder.write("mine/vais.toml", "[package]\nname = \"c\"\nversion = \"0.1.0\"\n")
        try await project.install()
        #expect(try project.locked == ["a@1.0.0"])
        #expect(project.installed("c/vais.toml")?.contains("0.1.0") == true)
    }

    @Test("leaves optional dependencies out, and its own lockfile stays readable")
    func optional() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = { version = \"^1\", optional = true }")
        try await project.lock()
        #expect(try project.locked == ["a@1.0.0"])
        #expect(try await !project.lock().didResolve)
    }

    @Test("takes a member's inherited dependencies from its workspace")
    func workspace() async throws {
        let registry = try TestRegistry()
        for version in ["1.0.0", "2.0.0"] { try registry.publish("a", version) }
        let folder = try TemporaryFolder()
        try folder.write("vais.toml", "[workspace]\nmembers = [\"app\"]\n[workspace.dependencies]\na = \"^1\"\n")
        try folder.write(
            "app/vais.toml",
            "[package]\nname = \"app\"\nversion = \"1.0.0\"\n[dependencies]\na = { workspace = true }\n")
        let client = try TestProject(try registry.address)
        let outcome = try await Locking(try Project(folder: folder.path + "/app"), client.session()).lock()
        #expect(outcome.lockfile.packages.map(\.release.description) == ["a@1.0.0"])
        try folder.write("vais.toml", "[package]\nname = \"x\"\nversion = \"1.0.0\"\n")
        let error = await failure { try Project(folder: folder.path + "/app") }
        #expect(error?.code == .input && error?.hint != nil)
    }

    @Test("takes each package from the registry its requirement names, never from another")
    func severalRegistries() async throws {
        let (one, other) = (try TestRegistry(), try TestRegistry())
        try one.publish("a", "1.0.0")
        try one.publish("secret", "9.9.9")
        try other.publish("secret", "1.0.0")
        let corp = "\n[registries.corp]\nurl = \"\(other.url)\""
        let project = try TestProject(one, "a = \"^1\"\nsecret = { version = \"*\", registry = \"corp\" }\n" + corp)
        try await project.install()
        #expect(try project.locked == ["a@1.0.0", "secret@1.0.0"])
        #expect(!one.server.targets.contains { $0.contains("secret") })
        #expect(project.installed("secret/src/lib.vais")?.contains("1.0.0") == true)
        // A lockfile that was edited to take it from elsewhere.
        let edited = try #require(project.lockfile).replacing(
            "name = \"a\"\nversion = \"1.0.0\"\nregistry = \"default\"",
            with: "name = \"a\"\nversion = \"1.0.0\"\nregistry = \"corp\"")
        #expect(edited != project.lockfile)
        try project.folder.write("vais.lock", edited)
        other.server.forget()
        for locked in [true, false] {
            let error = await failure { try await project.install(locked: locked) }
            #expect(error?.code == .integrity)
        }
        #expect(other.server.requests.isEmpty)
        // What a package needs is looked for where the package came from, whoever registers its name elsewhere.
        try other.publish("tool", "1.0.0", needs: ["secret": "^1"])
        one.server.forget()
        let inherited = try TestProject(one, "tool = { version = \"^1\", registry = \"corp\" }\n" + corp)
        try await inherited.install()
        #expect(try inherited.locked == ["secret@1.0.0", "tool@1.0.0"])
        #expect(one.server.requests.isEmpty)
        let torn = try TestProject(one, "secret = \"*\"\ntool = { version = \"^1\", registry = \"corp\" }\n" + corp)
        #expect(await failure { try await torn.lock() }?.reason == "registry")
        let undefined = try TestProject(one, "a = { version = \"^1\", registry = \"nowhere\" }")
        let error = await failure { try await undefined.lock() }
        #expect(error?.code == .input && error?.hint?.contains("registries.nowhere") == true)
    }
}
