import Testing
import VaisModel

@Suite("Manifests") struct ManifestTests {
    @Test("every known key is read")
    func everything() throws {
        let manifest = try Manifest(
            """
            [package]
            name = "demo"
            version = "1.2.3-rc.1"
            description = "A demo"
            license = "MIT"
            homepage = "https://example.com"
            repository = "https://example.com/demo.git"
            documentation = "http://example.com/docs"
            authors = ["Ann <ann@example.com>"]
            keywords = ["a", "b"]
            categories = ["tools"]
            readme = "README.md"
            edition = "2026"
            include = ["src/**"]
            exclude = ["tmp"]
            [dependencies]
            zeta = "^1.2"
            alpha = { version = "~2", registry = "corp", optional = true, features = ["x"], target = "linux" }
            local = { path = "../local" }
            [dev_dependencies]
            check = "*"
            [features]
            default = ["json"]
            json = []
            [workspace]
            members = ["a", "libs/*"]
            [workspace.dependencies]
            shared = "1"
            [registries.corp]
            url = "https://packages.example.com"
            [overrides]
            zeta = "=1.2.3"
            [native-dependencies]
            anything = { goes = [1, 2] }
            """)
        #expect(manifest.name?.text == "demo")
        #expect(manifest.version?.description == "1.2.3-rc.1")
        #expect(manifest.description == "A demo" && manifest.license == "MIT")
        #expect(manifest.homepage == "https://example.com")
        #expect(manifest.repository == "https://example.com/demo.git")
        #expect(manifest.documentation == "http://example.com/docs")
        #expect(manifest.authors == ["Ann <ann@example.com>"])
        #expect(manifest.keywords == ["a", "b"] && manifest.categories == ["tools"])
        #expect(manifest.readme == "README.md" && manifest.edition == "2026")
        #expect(manifest.include == ["src/**"] && manifest.exclude == ["tmp"])
        #expect(manifest.dependencies.map(\.name.text) == ["alpha", "local", "zeta", "check"])
        #expect(manifest.dependencies(.dev).map(\.name.text) == ["check"])
        let alpha = manifest.dependencies[0]
        #expect(alpha.requirement.text == "~2" && alpha.registry == "corp" && alpha.optional)
        #expect(alpha.features == ["x"] && alpha.target == "linux" && alpha.line == 18)
        #expect(manifest.dependencies[1].path == "../local" && !manifest.dependencies[1].hasRequirement)
        #expect(manifest.features == ["default": ["json"], "json": []])
        #expect(manifest.workspaceMembers == ["a", "libs/*"])
        #expect(manifest.workspaceDependencies.map(\.name.text) == ["shared"])
        #expect(manifest.registries == ["corp": "https://packages.example.com"])
        #expect(manifest.overrides.map(\.requirement.text) == ["=1.2.3"])
        #expect(manifest.warnings.isEmpty && !manifest.isFlat)
    }

    @Test("the flat form has its package at the top and folders as strings")
    func flat() throws {
        let manifest = try Manifest(
            """
            name = "demo"
            version = "0.1.0"
            source = "src/main.vais"
            binary = "demo"
            assets = "assets"
            [dependencies]
            util = "../util"
            inner = "libs/inner"
            plain = "plain"
            remote = "^1.0"
            """)
        #expect(manifest.isFlat)
        #expect(manifest.name?.text == "demo" && manifest.version?.description == "0.1.0")
        #expect(manifest.source == "src/main.vais" && manifest.binary == "demo" && manifest.assets == ["assets"])
        #expect(manifest.dependencies.map(\.path) == ["libs/inner", "plain", nil, "../util"])
    }

    @Test("a workspace needs no package, and an empty file is a manifest")
    func sparse() throws {
        let workspace = try Manifest("[workspace]\nmembers = [\"a\"]")
        #expect(workspace.name == nil && workspace.workspaceMembers == ["a"])
        #expect(try Manifest("") == Manifest())
        let unnamed = try Manifest("[package]\nname = \"a\"")
        #expect(unnamed.version == nil && unnamed.workspaceMembers == nil)
    }

    @Test("empty texts count as left out")
    func emptyTexts() throws {
        let manifest = try Manifest("[package]\nname = \"a\"\ndescription = \"\"\nhomepage = \"\"")
        #expect(manifest.description == nil && manifest.homepage == nil)
    }

    @Test("tables that are not known are left alone, and a near miss is pointed out")
    func unknownTables() throws {
        let manifest = try Manifest(
            "[build]\nx = 1\n[[bin]]\nname = \"y\"\n[dependancies]\na = \"1\"\n[package]\nname = \"b\"\n[package.metadata.x]\ny = 1"
        )
        #expect(manifest.dependencies.isEmpty)
        #expect(manifest.warnings.map(\.line) == [5])
        #expect(manifest.warnings.first?.message.hasSuffix("did you mean `dependencies`?") == true)
    }

    @Test("CRLF and a byte order mark change nothing")
    func lineEnds() throws {
        let text = "[package]\nname = \"a\"\ndescription = \"\"\"\nx\ny\"\"\"\n[dependencies]\nb = \"1\"\n"
        var lines: [UInt8] = [0xEF, 0xBB, 0xBF]
        for byte in text.utf8 { lines += byte == UInt8(ascii: "\n") ? [0x0D, 0x0A] : [byte] }
        #expect(try Manifest(parsing: lines, file: "vais.toml") == Manifest(text))
    }

    @Test("members inherit what the workspace states, and add their features")
    func inheritance() throws {
        let root = try Manifest(
            "[workspace.dependencies]\na = { version = \"1.2\", features = [\"x\"], registry = \"corp\" }")
        let member = try Manifest(
            "[package]\nname = \"m\"\n[dev-dependencies]\na = { workspace = true, features = [\"y\"], optional = true }"
        )
        #expect(member.dependencies[0].isInherited)
        let a = try #require(try member.inheriting(from: root, file: "m/vais.toml").dependencies.first)
        #expect(a.requirement.text == "1.2" && a.hasRequirement && a.registry == "corp" && !a.isInherited)
        #expect(a.features == ["x", "y"] && a.optional && a.kind == .dev)
        let error = #expect(throws: ModelError.self) { try member.inheriting(from: Manifest(), file: "m/vais.toml") }
        #expect(error?.file == "m/vais.toml" && error?.line == 4)
    }
}

extension Manifest {
    /// Reads `text` as `vais.toml`.
    init(_ text: String) throws(ModelError) { try self.init(parsing: Array(text.utf8), file: "vais.toml") }
}
