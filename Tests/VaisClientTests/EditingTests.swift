import Glibc
import Testing
import VaisClient
import VaisModel

@Suite("Editing dependencies") struct EditingTests {
    @Test("changes one line and keeps every other byte")
    func keepsText() async throws {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.2.3") }
        try registry.publish("b", "2.0.0-rc.1")
        let project = try TestProject(try registry.address)
        let text =
            "# mine\n[package]\nname = \"app\"   # the app\nversion = \"1.0.0\"\n\n[dependencies]\na = \"^1\" # why\n\n[build]\nx = 1\n"
        try project.folder.write("vais.toml", text)
        let (requirement, outcome) = try await EditingDependencies(try project.project, project.session())
            .add(try PackageName(parsing: "b"), requirement: nil, dev: false)
        #expect(requirement.description == "^1.2.3", "a prerelease is not taken when there is a release")
        #expect(outcome.changes.map(\.name.text) == ["a", "b"])
        let added = try #require(project.folder.read("vais.toml"))
        #expect(added.replacing("b = \"^1.2.3\"\n", with: "") == text)
        #expect(try project.locked == ["a@1.2.3", "b@1.2.3"])
        _ = try await EditingDependencies(try project.project, project.session()).remove(
            try PackageName(parsing: "b"), dev: false)
        #expect(project.folder.read("vais.toml") == text)
        #expect(try project.locked == ["a@1.2.3"])
        #expect(project.temporaries == [])
    }

    @Test("keeps a link to the manifest, and who may read manifest and lockfile")
    func keepsPlace() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.2.3")
        let project = try TestProject(registry, "")
        let (manifest, lockfile) = (project.folder.path + "/vais.toml", project.folder.path + "/vais.lock")
        try await project.lock()
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("mine.toml", try #require(project.folder.read("vais.toml")))
        try #require(unlink(manifest) == 0 && symlink(elsewhere.path + "/mine.toml", manifest) == 0)
        try #require(chmod(manifest, 0o600) == 0 && chmod(lockfile, 0o640) == 0)
        func modes() -> [mode_t] {
            [elsewhere.path + "/mine.toml", lockfile].map { path in
                var status = stat()
                return lstat(path, &status) == 0 ? status.st_mode : 0
            }
        }
        _ = try await EditingDependencies(try project.project, project.session())
            .add(try PackageName(parsing: "a"), requirement: nil, dev: false)
        #expect(Files.linkTarget(manifest) == elsewhere.path + "/mine.toml")
        #expect(elsewhere.read("mine.toml")?.contains("a = \"^1.2.3\"\n") == true)
        #expect(try project.locked == ["a@1.2.3"])
        #expect(modes() == [S_IFREG | 0o600, S_IFREG | 0o640])
        try project.manifest("")
        try await project.install()
        #expect(try project.locked == [] && modes().last == S_IFREG | 0o640)
        #expect(project.temporaries == [] && elsewhere.contents == ["mine.toml"])
    }

    @Test("removes what crashed programs have staged, and no file of the user's that is named like it")
    func likeNames() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "")
        let crashed = [".vais.lock.0123456789abcdef.vais-tmp", ".vais.toml.fedcba9876543210.vais-tmp"]
        var mine = [
            ".vais.lock.backup.tmp", ".vais.toml.0123456789abcdef.tmp", ".vais.toml.0123456789abcde.vais-tmp",
            ".vais.toml.0123456789abcdefa.vais-tmp", ".vais.toml.0123456789abcdeg.vais-tmp", ".vais.toml.vais-tmp",
            ".vais.tomly.0123456789abcdef.vais-tmp", "vais.toml.0123456789abcdef.vais-tmp",
        ]
        for name in crashed + mine { try project.folder.write(name, "x") }
        if geteuid() == 0 {
            // Of another user.
            let name = ".vais.toml.aaaaaaaaaaaaaaaa.vais-tmp"
            try project.folder.write(name, "x")
            try #require(chown(project.folder.path + "/" + name, 65534, 65534) == 0)
            mine.append(name)
        }
        _ = try await EditingDependencies(try project.project, project.session())
            .add(try PackageName(parsing: "a"), requirement: nil, dev: false)
        #expect(project.folder.contents == (mine + ["vais.lock", "vais.toml"]).sorted())
    }

    @Test("gives way to somebody who writes the manifest meanwhile", arguments: [true, false])
    func meanwhile(_ isAdding: Bool) async throws {
        let registry = try TestRegistry()
        for name in ["a", "b"] { try registry.publish(name, "1.0.0") }
        let project = try TestProject(registry, "a = \"^1\"\nb = \"^1\"")
        try await project.lock()
        let lockfile = project.lockfile
        let text = "[package]\nname = \"app\"\nversion = \"2.0.0\"\n"
        registry.lie { request in
            if request.path.hasSuffix("/changes") { try? project.folder.write("vais.toml", text) }
            return nil
        }
        let editing = EditingDependencies(try project.project, project.session())
        let name = try PackageName(parsing: "a")
        let error = await failure {
            if isAdding { return try await editing.add(name, requirement: nil, dev: false).outcome }
            return try await editing.remove(name, dev: false)
        }
        #expect(error?.code == .input && error?.reason == "changed", "\(String(describing: error))")
        #expect(project.folder.read("vais.toml") == text && project.lockfile == lockfile)
        #expect(project.temporaries == [])
    }

    @Test("that cannot be resolved changes neither file")
    func failureChangesNothing() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.lock()
        let before = (project.folder.read("vais.toml"), project.lockfile)
        let editing = EditingDependencies(try project.project, project.session())
        let name = try PackageName(parsing: "a")
        let never = try Requirement(parsing: "^7")
        #expect(await failure { try await editing.add(name, requirement: never, dev: false) }?.code == .input)
        let nobody = try PackageName(parsing: "nobody")
        let error = await failure { try await editing.add(nobody, requirement: nil, dev: false) }
        #expect(error?.code == .input && error?.reason == "package_not_found")
        let dev = await failure { try await editing.remove(name, dev: true) }
        #expect(dev?.code == .input && dev?.hint == "leave out --dev")
        #expect(project.folder.read("vais.toml") == before.0 && project.lockfile == before.1)
    }
}
