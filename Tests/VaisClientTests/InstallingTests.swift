import Glibc
import Testing
import VaisArchive
import VaisClient
import VaisModel

@Suite("Installing") struct InstallingTests {
    private static func abc() throws -> TestRegistry {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0", needs: ["b": "^1"])
        try registry.publish("b", "1.0.0")
        try registry.publish("c", "1.0.0")
        return registry
    }

    @Test("links every locked package, and then has nothing to do: no plugin, no request")
    func noOperation() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "a = \"^1\"")
        let report = try await project.install()
        #expect(report.downloaded == 2 && report.linked == 2)
        #expect(project.installed("a/src/lib.vais") == "// a 1.0.0\n")
        #expect(project.installed("b/vais.toml") != nil)
        registry.server.forget()
        let before = project.folder.contents
        let loads = project.loads.names.count
        for locked in [false, true] {
            #expect(try await project.install(locked: locked).isUpToDate)
        }
        #expect(registry.server.requests.isEmpty)
        #expect(project.loads.names.count == loads, "a plugin was loaded for nothing")
        #expect(project.folder.contents == before)
    }

    @Test("needs no network when everything is in the cache, and says so when something is not")
    func offline() async throws {
        let registry = try Self.abc()
        let first = try TestProject(registry, "a = \"^1\"")
        try await first.install()
        let second = try TestProject(try registry.address, home: first.home)
        try second.manifest("a = \"^1\"")
        registry.server.forget()
        try await second.install(offline: true)
        #expect(second.installed("a/vais.toml") != nil && second.lockfile == first.lockfile)
        #expect(registry.server.requests.isEmpty && second.loads.names.isEmpty)
        try second.manifest("c = \"^1\"")
        let lock = second.lockfile
        let error = await failure { try await second.install(offline: true) }
        #expect(error?.code == .network && error?.reason == "offline" && error?.hint != nil)
        #expect(second.lockfile == lock && second.installed("a/vais.toml") != nil)
    }

    @Test("of a locked project into an empty cache checks each archive, and follows a changed lockfile")
    func followsLock() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "a = \"^1\"\nc = \"^1\"")
        try await project.install()
        try project.manifest("c = \"^1\"")
        let report = try await project.install()
        #expect(report.removed == 2 && report.downloaded == 0)
        #expect(Files.list(project.folder.path + "/.vais/packages") == ["c"])
        try registry.publish("c", "1.1.0")
        let updated = try await project.install(updating: true)
        #expect(updated.changes.map(\.after?.description) == ["1.1.0"])
        #expect(project.installed("c/src/lib.vais") == "// c 1.1.0\n")
    }

    @Test("that fails changes nothing in the project")
    func failureChangesNothing() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        let before = (project.folder.contents, project.lockfile)
        registry.lie { $0.path.hasSuffix("c/1.0.0.tar.gz") ? .status(500) : nil }
        try project.manifest("a = \"^1\"\nc = \"^1\"")
        #expect(await failure { try await project.install() }?.code == .network)
        #expect(project.folder.contents == before.0 && project.lockfile == before.1)
        registry.lie(nil)
        try await project.install()
        #expect(project.installed("c/vais.toml") != nil)
    }

    @Test("heals a cache that was damaged, without asking where the archive is still good")
    func healing() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        try await project.install()
        let place = project.cache + "/c/1.0.0"
        let good = try #require(try Files.read(place + "/archive.tar.gz"))
        let again = try TestProject(try registry.address, home: project.home)
        try again.folder.write("vais.lock", try #require(project.lockfile))
        try again.manifest("c = \"^1\"")
        func reinstall() async throws -> Installing.Report {
            unlink(again.folder.path + "/.vais/installed")
            return try await again.install(locked: true)
        }
        func empty(_ folder: String) throws {
            FolderRemoval.remove(folder)
            try Files.makeFolder(folder)
        }
        // The tree is missing; its record is of another archive; there is none; it is of a boot long ago; the tree was emptied.
        let hex = try Plugins.checksum(of: good).hex
        for damage in 0..<5 {
            switch damage {
            case 0: rename(place + "/extracted", place + "/gone")
            case 1: try Files.write(Array(String(repeating: "0", count: 64).utf8), to: place + "/sha256")
            case 2: unlink(place + "/sha256")
            case 3: try Files.write(Array("\(hex) 00000000-0000-0000-0000-000000000000".utf8), to: place + "/sha256")
            default: try empty(place + "/extracted")
            }
            #expect(try await reinstall().downloaded == 0)
            #expect(again.installed("c/src/lib.vais") == "// c 1.0.0\n")
            #expect(try Files.read(place + "/sha256") == Array(hex.utf8), "after the sync the record is final")
        }
        // Also where the record is as it was.
        try empty(place + "/extracted")
        try await again.install(updating: true)
        #expect(again.installed("c/src/lib.vais") == "// c 1.0.0\n")
        // A flipped bit in the archive, and no tree to fall back on.
        var bad = good
        bad[good.count / 2] ^= 0x10
        try Files.write(bad, to: place + "/archive.tar.gz")
        unlink(place + "/sha256")
        #expect(try await reinstall().downloaded == 1)
        #expect(try Files.read(place + "/archive.tar.gz") == good)
        #expect(project.temporaries == [] && again.temporaries == [])
    }

    @Test("removes what crashed processes have left, and nothing that is in use")
    func leftovers() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        try await project.lock()
        let place = project.cache + "/c/1.0.0"
        try Files.makeFolder(place + "/.vais-stage-dead/src")
        try Files.makeFolder(place + "/extracted/half")
        try Files.write([1], to: place + "/archive.tar.gz.77.part")
        let staged = "0123456789abcdef.vais-tmp"
        try Files.write([1], to: place + "/.sha256.\(staged)")
        try Files.write([1], to: Files.parent(of: project.cache) + "/.index.cache.\(staged)")
        try Files.makeFolder(project.folder.path + "/.vais/.vais-links-dead")
        symlink("/nowhere", project.folder.path + "/.vais/.vais-links-dead/x")
        try project.folder.write(".vais.lock.\(staged)", "left by a crash")
        try project.folder.write(".vais/.installed.\(staged)", "left by a crash")
        unlink(project.folder.path + "/vais.lock")
        // Something new, so that the index cache is written again.
        try registry.publish("d", "1.0.0")
        try await project.install()
        #expect(project.temporaries == [])
        #expect(project.installed("c/vais.toml") != nil && project.installed("c/half") == nil)
    }

    @Test("by many at once downloads each archive once and ends well for all of them")
    func together() async throws {
        let registry = try Self.abc()
        let home = try TemporaryFolder()
        let projects = try (0..<8).map { _ in
            let project = try TestProject(try registry.address, home: home)
            try project.manifest("a = \"^1\"\nc = \"^1\"")
            return project
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for project in projects { group.addTask { try await project.install() } }
            try await group.waitForAll()
        }
        for project in projects {
            #expect(project.installed("a/vais.toml") != nil && project.installed("b/vais.toml") != nil)
            #expect(project.temporaries == [])
            #expect(project.lockfile == projects[0].lockfile)
        }
        #expect(registry.server.targets.count { $0.hasSuffix(".tar.gz") } == 3)
        // The same project by many at once, too.
        try projects[0].manifest("c = \"^1\"")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await projects[0].install() } }
            try await group.waitForAll()
        }
        #expect(Files.list(projects[0].folder.path + "/.vais/packages") == ["c"])
        #expect(projects[0].temporaries == [])
    }

    @Test("never writes through a link in the project", arguments: [".vais", ".vais/packages"])
    func links(_ place: String) async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        let victim = try TemporaryFolder()
        try victim.write("precious", "x")
        if place == ".vais/packages" { try Files.makeFolder(project.folder.path + "/.vais") }
        symlink(victim.path, project.folder.path + "/" + place)
        let error = await failure { try await project.install() }
        #expect(error?.code == .input && error?.reason == "link" && error?.hint != nil)
        #expect(victim.contents == ["precious"])
    }

    @Test("replaces a link in place of the lockfile or the record, and not what it leads to")
    func linkedFiles() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        let victim = try TemporaryFolder()
        try Files.makeFolder(project.folder.path + "/.vais")
        symlink(victim.path + "/lock", project.folder.path + "/vais.lock")
        symlink(victim.path + "/record", project.folder.path + "/.vais/installed")
        try await project.install()
        #expect(victim.contents == [])
        #expect(Files.linkTarget(project.folder.path + "/vais.lock") == nil)
    }

    @Test("leaves alone what somebody else has put among the links, unless it is in the way")
    func foreign() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        try project.folder.write(".vais/packages/notes/mine.txt", "keep")
        try await project.install()
        try project.manifest("a = \"^1\"")
        try await project.install()
        #expect(project.installed("notes/mine.txt") == "keep")
        #expect(Files.list(project.folder.path + "/.vais/packages") == ["a", "b", "notes"])
        try project.folder.write(".vais/packages/c/mine.txt", "keep")
        try project.manifest("c = \"^1\"")
        let error = await failure { try await project.install() }
        #expect(error?.code == .input && error?.hint != nil)
        #expect(project.installed("c/mine.txt") == "keep" && project.installed("a/vais.toml") != nil)
    }

    @Test("is not fooled by a record that outlived its links")
    func staleRecord() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        unlink(project.folder.path + "/.vais/packages/b")
        #expect(try await project.install().linked == 1)
        #expect(project.installed("b/vais.toml") != nil)
        // The cache was thrown away.
        for name in Files.list(project.cache) { rename("\(project.cache)/\(name)", "\(project.cache)/gone-\(name)") }
        #expect(try await project.install().downloaded == 2)
        #expect(project.installed("a/vais.toml") != nil)
    }

    @Test("says what is in the way of the cache, and changes nothing")
    func cacheInTheWay() async throws {
        let registry = try Self.abc()
        let project = try TestProject(registry, "c = \"^1\"")
        try await project.lock()
        try Files.makeFolder(Files.parent(of: project.cache))
        try Files.write([], to: project.cache)
        let error = await failure { try await project.install() }
        #expect(error?.code == .input && error?.message.contains(project.cache) == true)
        #expect(!Files.exists(project.folder.path + "/.vais"))
    }

    @Test("fetches an index anew whose cached copy was damaged")
    func damagedIndex() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        let file = project.session().folder(of: try registry.address).index
        var bytes = try #require(try Files.read(file))
        // The last line's closing brace, inside the body and of no other length.
        bytes[try #require(bytes.lastIndex(of: UInt8(ascii: "}")))] = UInt8(ascii: "x")
        try Files.write(bytes, to: file)
        registry.server.forget()
        try await project.install(updating: true)
        #expect(try project.locked == ["a@1.0.0"])
        #expect(registry.server.targets.contains { $0.contains("/index/") })
        #expect(try Files.read(file) != bytes)
    }
}
