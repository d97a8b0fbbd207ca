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
        #expect(manifest.dependencies.map(\.name.text) == ["alpha", "local", "zeta", "check"])
        #expect(manifest.dependencies(.dev).map(\.name.text) == ["check"])
        #expect(manifest.dependencies[0].features == ["x"])
        #expect(manifest.dependencies[0].registry == "corp")
        #expect(manifest.dependencies[1].path == "../local")
        #expect(manifest.features == ["default": ["json"], "json": []])
        #expect(manifest.workspaceMembers == ["a", "libs/*"])
        #expect(manifest.workspaceDependencies.map(\.name.text) == ["shared"])
        #expect(manifest.registries == ["corp": "https://packages.example.com"])
        #expect(manifest.overrides.map(\.requirement.text) == ["=1.2.3"])
        #expect(manifest.warnings.isEmpty)
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
            remote = "^1.0"
            """)
        #expect(manifest.isFlat)
        #expect(manifest.name?.text == "demo")
        #expect(manifest.assets == ["assets"])
        #expect(manifest.dependencies.map(\.path) == ["libs/inner", nil, "../util"])
    }
}

extension Manifest {
    init(_ text: String) throws(ModelError) { try self.init(parsing: Array(text.utf8), file: "vais.toml") }
}
