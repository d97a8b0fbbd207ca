import Testing
import VaisModel

@Suite("Editing a manifest") struct ManifestEditorTests {
    struct Edit: Sendable {
        let before: String
        let after: String
        init(_ before: String, _ after: String) { (self.before, self.after) = (before, after) }
    }

    private func add(_ text: String, _ name: String, _ requirement: String, dev: Bool = false) throws -> String {
        var editor = ManifestEditor(text: text)
        try editor.add(PackageName(parsing: name), requirement: requirement, dev: dev)
        return editor.text
    }

    private func remove(_ text: String, _ name: String, dev: Bool = false) throws -> String? {
        var editor = ManifestEditor(text: text)
        return try editor.remove(PackageName(parsing: name), dev: dev) ? editor.text : nil
    }

    @Test(
        "adding `m = \"^1\"` changes one place and keeps the style that is there",
        arguments: [
            Edit("", "[dependencies]\nm = \"^1\"\n"),
            Edit("[package]\nname = \"a\"\n", "[package]\nname = \"a\"\n\n[dependencies]\nm = \"^1\"\n"),
            Edit("[package]\nname = \"a\"", "[package]\nname = \"a\"\n\n[dependencies]\nm = \"^1\"\n"),
            Edit("[dependencies]\n", "[dependencies]\nm = \"^1\"\n"),
            Edit("[dependencies]", "[dependencies]\nm = \"^1\"\n"),
            Edit("[dependencies] # mine\n\n[x]\n", "[dependencies] # mine\nm = \"^1\"\n\n[x]\n"),
            // In order where there is one, else at the end.
            Edit("[dependencies]\na = \"1\"\nz = \"1\"\n", "[dependencies]\na = \"1\"\nm = \"^1\"\nz = \"1\"\n"),
            Edit("[dependencies]\nz = \"1\"\na = \"1\"\n", "[dependencies]\nz = \"1\"\na = \"1\"\nm = \"^1\"\n"),
            Edit(
                "[dependencies]\n# about z\nz = \"1\" # z\n", "[dependencies]\nm = \"^1\"\n# about z\nz = \"1\" # z\n"),
            Edit(
                "[dependencies]\na = \"1\" # a\n\n# next\n[x]\n",
                "[dependencies]\na = \"1\" # a\nm = \"^1\"\n\n# next\n[x]\n"),
            // Indentation, tight equals signs, literal strings, line ends.
            Edit("[dependencies]\n  a=\"1\"\n", "[dependencies]\n  a=\"1\"\n  m=\"^1\"\n"),
            Edit("[dependencies]\n\ta = '1'\n", "[dependencies]\n\ta = '1'\n\tm = '^1'\n"),
            Edit("[dependencies]\r\na = \"1\"\r\n", "[dependencies]\r\na = \"1\"\r\nm = \"^1\"\r\n"),
            Edit(
                "[dependencies]\na = { version = \"1\",\n features = [] }\n".oneLine,
                "[dependencies]\na = { version = \"1\", features = [] }\nm = \"^1\"\n"),
            Edit(
                "[dependencies]\na.version = \"1\"\na.optional = true\n",
                "[dependencies]\na.version = \"1\"\na.optional = true\nm = \"^1\"\n"),
            // Other ways to write the table.
            Edit("dependencies.a = \"1\"\n[x]\n", "dependencies.a = \"1\"\ndependencies.m = \"^1\"\n[x]\n"),
            Edit(
                "[x]\n\n# about a\n[dependencies.a]\nversion = \"1\"\n",
                "[x]\n\n[dependencies]\nm = \"^1\"\n\n# about a\n[dependencies.a]\nversion = \"1\"\n"),
            Edit(
                "[dependencies.a]\nversion = \"1\"\n[dependencies]\n",
                "[dependencies.a]\nversion = \"1\"\n[dependencies]\nm = \"^1\"\n"),
            Edit("[x]\n\n\n", "[x]\n\n[dependencies]\nm = \"^1\"\n\n\n"),
        ])
    func adds(_ edit: Edit) throws {
        #expect(try add(edit.before, "m", "^1") == edit.after)
    }

    @Test(
        "a dependency that is there gets a new version and keeps the rest",
        arguments: [
            Edit("[dependencies]\nm = \"0.1\" # why\n", "[dependencies]\nm = \"^1\" # why\n"),
            Edit("[dependencies]\nm='0.1'\n", "[dependencies]\nm='^1'\n"),
            Edit(
                "[dependencies]\nm = { version = \"0.1\", optional = true }\n",
                "[dependencies]\nm = { version = \"^1\", optional = true }\n"),
            Edit(
                "[dependencies]\nm = { path = \"../m\" }\n",
                "[dependencies]\nm = { version = \"^1\", path = \"../m\" }\n"),
            Edit("[dependencies]\nm = {}\n", "[dependencies]\nm = { version = \"^1\" }\n"),
            Edit(
                "[dependencies.m]\nversion = \"0.1\"\noptional = true\n",
                "[dependencies.m]\nversion = \"^1\"\noptional = true\n"),
            Edit("[dependencies.m]\noptional = true\n", "[dependencies.m]\nversion = \"^1\"\noptional = true\n"),
            Edit("[dependencies]\nm.version = \"0.1\"\n", "[dependencies]\nm.version = \"^1\"\n"),
            Edit("[dependencies]\nm.optional = true\n", "[dependencies]\nm.version = \"^1\"\nm.optional = true\n"),
            Edit("dependencies.m = \"0.1\"\n", "dependencies.m = \"^1\"\n"),
            Edit(
                "dependencies.m.optional = true\n", "dependencies.m.version = \"^1\"\ndependencies.m.optional = true\n"),
            Edit("[dependencies]\n\"m\" = \"0.1\"\n", "[dependencies]\n\"m\" = \"^1\"\n"),
        ])
    func updates(_ edit: Edit) throws {
        #expect(try add(edit.before, "m", "^1") == edit.after)
    }

    @Test(
        "removing `m` takes its lines only",
        arguments: [
            Edit("[dependencies]\na = \"1\"\nm = \"1\" # m\nz = \"1\"\n", "[dependencies]\na = \"1\"\nz = \"1\"\n"),
            Edit("[dependencies]\nm = \"1\"", "[dependencies]\n"),
            Edit("[dependencies]\r\n# c\r\nm = \"1\"\r\nz = \"1\"\r\n", "[dependencies]\r\n# c\r\nz = \"1\"\r\n"),
            Edit(
                "[dependencies]\nm = { version = \"1\", features = [\n  \"x\",\n] }\nz = \"1\"\n",
                "[dependencies]\nz = \"1\"\n"),
            Edit("[dependencies]\nm.version = \"1\"\na = \"1\"\nm.optional = true\n", "[dependencies]\na = \"1\"\n"),
            Edit("dependencies.m = \"1\"\ndependencies.z = \"1\"\n", "dependencies.z = \"1\"\n"),
            Edit("[a]\n\n[dependencies.m]\nversion = \"1\"\n\n[z]\n", "[a]\n\n[z]\n"),
            Edit("[a]\n[dependencies.m]\n# inside\nversion = \"1\"\n[z]\n", "[a]\n[z]\n"),
        ])
    func removes(_ edit: Edit) throws {
        #expect(try remove(edit.before, "m") == edit.after)
    }

    @Test("what is not there is not removed, and the text stays")
    func removesNothing() throws {
        #expect(try remove("[dependencies]\na = \"1\"\n", "m") == nil)
        #expect(try remove("[dependencies]\nm = \"1\"\n", "m", dev: true) == nil)
        #expect(try remove("[x]\nm = \"1\"\n", "m") == nil)
    }

    @Test("dependencies for development have their own table, in either spelling")
    func development() throws {
        #expect(
            try add("[dependencies]\nm = \"1\"\n", "m", "^1", dev: true)
                == "[dependencies]\nm = \"1\"\n\n[dev-dependencies]\nm = \"^1\"\n")
        #expect(
            try add("[dev_dependencies]\na = \"1\"\n", "m", "^1", dev: true)
                == "[dev_dependencies]\na = \"1\"\nm = \"^1\"\n")
        #expect(
            try remove("[dependencies]\nm = \"1\"\n[dev_dependencies]\nm = \"1\"\n", "m", dev: true)
                == "[dependencies]\nm = \"1\"\n[dev_dependencies]\n")
    }

    @Test("a dependency with more than a requirement becomes an inline table")
    func inlineTables() throws {
        let name = try PackageName(parsing: "m")
        let dependency = try Dependency(
            name: name, requirement: Requirement(parsing: "^1"), registry: "corp", path: "../m \"x\"",
            features: ["f", "g"],
            optional: true)
        let written =
            "m = { version = \"^1\", path = \"../m \\\"x\\\"\", registry = \"corp\", optional = true, features = [\"f\", \"g\"] }\n"
        for before in ["[dependencies]\n", "[dependencies]\nm = \"0.1\"\n", "[dependencies]\nm.version = \"0.1\"\n"] {
            var editor = ManifestEditor(text: before)
            try editor.add(dependency)
            #expect(editor.text == "[dependencies]\n" + written)
            #expect(try Manifest(editor.text).dependencies == [dependency])
        }
        var editor = ManifestEditor(text: "[dependencies.m]\nversion = \"0.1\"\n")
        try editor.add(dependency)
        #expect(try Manifest(editor.text).dependencies == [dependency])
    }

    @Test(
        "what a workspace states is written out in its place, without paths",
        arguments: [
            Edit(
                "[dependencies]\nm = { workspace = true } # why\nz = \"1\"\n",
                "[dependencies]\nm = { version = \"^1\", features = [\"x\"] } # why\nz = \"1\"\n"),
            Edit(
                "[dependencies]\na = \"1\"\nm.workspace = true\nm.features = [\"y\"]\nz = \"1\"\n",
                "[dependencies]\na = \"1\"\nm = { version = \"^1\", features = [\"x\", \"y\"] }\nz = \"1\"\n"),
            Edit(
                "[dependencies]\np = { workspace = true }\n[dev_dependencies]\np = { workspace = true, optional = true }\n",
                "[dependencies]\np = \"2\"\n[dev_dependencies]\np = { version = \"2\", optional = true }\n"),
            Edit(
                "[dependencies.p]\nworkspace = true\n\n[x]\n", "[x]\n\n[dependencies]\np = \"2\"\n"),
            Edit("[dependencies]\nz = { version = \"1\" }\n", "[dependencies]\nz = { version = \"1\" }\n"),
        ])
    func inherited(_ edit: Edit) throws {
        let workspace = try Manifest(
            "[workspace]\n[workspace.dependencies]\nm = { version = \"^1\", features = [\"x\"] }\np = { version = \"2\", path = \"p\" }\n"
        )
        let whole = try Manifest(edit.before).inheriting(from: workspace, file: "vais.toml")
        var editor = ManifestEditor(text: edit.before)
        try editor.stateInherited(whole.dependencies)
        #expect(editor.text == edit.after)
        var expected = whole.dependencies
        for index in expected.indices { expected[index].path = nil }
        #expect(try Manifest(editor.text).dependencies == expected, "the same to who reads it")
    }

    @Test("what a workspace states cannot be written out in an inline table")
    func inheritedInline() throws {
        let text = "dependencies = { m = { workspace = true } }\n"
        var editor = ManifestEditor(text: text)
        let stated = Dependency(name: try PackageName(parsing: "m"), requirement: .any)
        let error = #expect(throws: ModelError.self) { try editor.stateInherited([stated]) }
        #expect(error?.code == .manifest && error?.hint?.contains("one dependency per line") == true)
        #expect(editor.text == text)
    }

    @Test(
        "what cannot be edited is refused, and the text stays",
        arguments: [
            "dependencies = { a = \"1\" }\n", "dependencies = {}\n", "[dependencies]\nm = { workspace = true }\n",
            "[package]\nname = \"m\"\n", "[dependencies]\nm = \n", "[dependencies]\nm_ = 1\n",
            "[dependencies]\nb = { verion = 1 }\n",
        ])
    func refusals(_ text: String) throws {
        var editor = ManifestEditor(text: text)
        let name = try PackageName(parsing: "m")
        let error = #expect(throws: ModelError.self) { try editor.add(name, requirement: "^1", dev: false) }
        #expect(error?.code == .manifest)
        #expect(editor.text == text)
    }

    @Test("a look-alike of a dependency and a bad requirement are refused")
    func lookAlikes() throws {
        #expect(throws: ModelError.self) { try add("[dependencies]\ntwo-words = \"1\"\n", "two_words", "1") }
        #expect(throws: ModelError.self) { try add("[dependencies]\n", "m", "1 2") }
    }
}

extension String {
    /// The text with the line break inside of its braces taken out, to keep rows narrow.
    fileprivate var oneLine: String { replacing(",\n ", with: ", ") }
}
