import Testing
import VaisModel

@Suite("Publishing a manifest") struct ManifestPublishingTests {
    private static func list(_ count: Int, _ line: (Int) -> String) -> String {
        (0..<count).map(line).joined(separator: "\n")
    }

    private static func text(_ rest: String) -> String { "[package]\nname = \"a\"\nversion = \"1.0.0\"\n" + rest }

    @Test("a manifest at every limit may be published")
    func atTheLimit() throws {
        let words = Self.list(20) { "\"k\($0)\"," }
        let manifest = try Manifest(
            Self.text(
                "keywords = [\(words)]\ncategories = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n[dependencies]\n"
                    + Self.list(1000) { "d\($0) = \"1\"" } + "\n[features]\n" + Self.list(300) { "f\($0) = []" }))
        #expect(try manifest.validateForPublishing().description == "a@1.0.0")
    }

    @Test(
        "46: one more than a limit is refused, and far more too; the project itself may have it",
        arguments: [
            text("[dependencies]\n" + list(1001) { "d\($0) = \"1\"" }),
            text(
                "[dependencies]\n" + list(600) { "d\($0) = \"1\"" } + "\n[dev-dependencies]\n"
                    + list(401) { "d\($0) = \"1\"" }),
            text("[dependencies]\n" + list(5000) { "d\($0) = \"1\"" }),
            text("[features]\n" + list(301) { "f\($0) = []" }),
            text("[features]\n" + list(23_000) { "f\($0) = []" }),
            text("keywords = [" + list(21) { "\"k\($0)\"," } + "]"),
            text("keywords = [" + list(10_000) { "\"k\($0)\"," } + "]"),
            text("categories = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]"),
        ])
    func overTheLimit(_ text: String) throws {
        let manifest = try Manifest(text)
        let error = #expect(throws: ModelError.self) { try manifest.validateForPublishing() }
        #expect(error?.code == .publishing)
        #expect(error?.hint?.hasPrefix("remove ") == true)
    }

    @Test("51: a dependency that is only a folder is refused; with a version beside it, it may be published")
    func folders() throws {
        let error = #expect(throws: ModelError.self) {
            try Manifest(Self.text("[dependencies]\nb = { path = \"../b\" }")).validateForPublishing()
        }
        #expect(error?.code == .publishing && error?.line == 5)
        let both = try Manifest(Self.text("[dependencies]\nb = { path = \"../b\", version = \"1\" }"))
        #expect(try both.validateForPublishing().version.major == 1)
    }

    @Test("what a workspace states is refused, since it is not published")
    func inherited() throws {
        let error = #expect(throws: ModelError.self) {
            try Manifest(Self.text("[dependencies]\nb = { workspace = true }")).validateForPublishing()
        }
        #expect(error?.code == .publishing)
    }

    @Test("dependencies come from the registry that is published to")
    func registries() throws {
        let manifest = try Manifest(Self.text("[dependencies]\nb = { version = \"1\", registry = \"corp\" }"))
        #expect(throws: ModelError.self) { try manifest.validateForPublishing(to: "default") }
        #expect(try manifest.validateForPublishing(to: "corp").name.text == "a")
        #expect(try manifest.validateForPublishing().name.text == "a")
    }

    @Test("without a package or a version there is nothing to publish")
    func nothing() throws {
        #expect(throws: ModelError.self) { try Manifest("[workspace]").validateForPublishing() }
        #expect(throws: ModelError.self) { try Manifest("[package]\nname = \"a\"").validateForPublishing() }
    }
}
