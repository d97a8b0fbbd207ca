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
