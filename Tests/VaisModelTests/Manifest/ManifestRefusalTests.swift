import Testing
import VaisModel

@Suite("Refused manifests") struct ManifestRefusalTests {
    struct Row: Sendable {
        let text: String
        let line: Int
        let message: String

        init(_ text: String, _ line: Int, _ message: String) {
            (self.text, self.line, self.message) = (text, line, message)
        }
    }

    private static let package = "[package]\nname = \"a\"\n"

    @Test(
        "each mistake is named with its line",
        arguments: [
            // 43
            Row("[package]\nname = \"a\"\nname = \"b\"", 3, "`name` is defined twice"),
            Row("[package]\nname = \"a\"\n[package]\n", 3, "`package` is defined twice"),
            Row(package + "[dependencies]\nb = \"1\"\nb.version = \"2\"", 5, "`b.version` is defined twice"),
            // Unknown keys, of the wrong type, or in the wrong place.
            Row(package + "versoin = \"1.0.0\"", 3, "unknown key `versoin` in [package]"),
            Row("naem = \"a\"", 1, "unknown key `naem` at the top level"),
            Row(package + "[dependencies]\nb = { verison = \"1\" }", 4, "unknown key `verison` in dependency `b`"),
            Row(package + "[workspace]\nmember = []", 4, "unknown key `member` in [workspace]"),
            Row("[registries.corp]\nurll = \"x\"", 2, "unknown key `urll` in [registries.corp]"),
            Row(
                "name = \"a\"\n[package]\nname = \"b\"", 1,
                "`name` stands at the top level, although there is a [package]"),
            Row("[package]\nversion = \"1.0.0\"", 1, "[package] has no `name`"),
            Row("[package]\nname = 1", 2, "`name` must be a string, found an integer"),
            Row("package = 1", 1, "`package` must be a table, found an integer"),
            Row("dependencies = []", 1, "`dependencies` must be a table, found an array"),
            Row(package + "keywords = \"x\"", 3, "`keywords` must be an array of strings, found a string"),
            Row(package + "keywords = [\n\"x\",\n1]", 5, "`keywords` must hold strings only, and holds an integer"),
            Row(package + "[dependencies]\nb = 1", 4, "`b` must be a requirement or a table, found an integer"),
            Row(
                package + "[dependencies]\nb = { version = \"1\", optional = 1 }", 4, "`optional` must be true or false"
            ),
            Row(package + "[features]\nx = true", 4, "`x` must be an array of strings"),
            // What the keys hold.
            Row("[package]\nname = \"std\"", 2, "`std` cannot name a package"),
            Row("[package]\nname = \"a\"\nversion = \"1.0\"", 3, "`1.0` is not a version"),
            Row(package + "[dependencies]\nB = \"1\"", 4, "`B` is not a package name"),
            Row(package + "[dependencies]\nb = \"1 2\"", 4, "dependency `b`: `1 2` is not a requirement"),
            Row(package + "[dependencies]\nb = \"\"", 4, "dependency `b`: a requirement cannot be empty"),
            Row(package + "[dependencies]\nb = { path = \"\" }", 4, "dependency `b` has the path ``"),
            Row(
                package + "[dependencies]\nb = { version = \"1\", registry = \"https://x\" }", 4,
                "is not a registry's name"),
            Row(
                package + "[dependencies]\nb = { workspace = true, version = \"1\" }", 4,
                "takes its `version` from the workspace"),
            Row(
                "[workspace.dependencies]\nb = { workspace = true }", 2,
                "cannot inherit from the workspace that states it"),
            // 50, and names that a registry takes for one.
            Row(package + "[dependencies]\na = \"1\"", 4, "`a` depends on itself"),
            Row(package + "[dev-dependencies]\na = { path = \".\" }", 4, "`a` depends on itself"),
            Row(package + "[dependencies]\nb-c = \"1\"\nb_c = \"1\"", 5, "are the same name to a registry"),
            Row(package + "[dev-dependencies]\nb = \"1\"\n[dev_dependencies]\nc = \"1\"", 5, "are the same table"),
            // 51
            Row(
                package + "[dependencies]\nb = { git = \"https://example.com/b\" }", 4,
                "packages come from a registry or a folder"),
            Row(
                package + "[dependencies]\nb = { url = \"https://example.com/b.tar.gz\" }", 4,
                "dependency `b` has `url`"),
            Row(package + "[dependencies]\nb = \"https://example.com/b\"", 4, "is not a requirement"),
            Row("name = \"a\"\n[dependencies]\nb = \"git+ssh://example.com/b\"", 3, "is not a requirement"),
            // 53
            Row(package + "homepage = \"javascript:alert(1)\"", 3, "`homepage` must be an http or https URL"),
            Row(package + "repository = \"https://\"", 3, "`repository` must be an http or https URL"),
            Row(package + "documentation = \"https://a b\"", 3, "`documentation` must be an http or https URL"),
            Row("[registries.corp]\nurl = \"ftp://example.com\"", 2, "is not a registry's URL"),
            Row("[registries.corp]\nurl = \"https://me:secret@example.com\"", 2, "holds a name or password"),
            Row("[registries.corp]\n", 1, "[registries.corp] has no `url`"),
            Row("[registries.Corp]\nurl = \"https://example.com\"", 1, "`Corp` is not a registry's name"),
        ])
    func refused(_ row: Row) {
        let error = #expect(throws: ModelError.self) { try Manifest(row.text) }
        #expect(error?.message.contains(row.message) == true, "\(error?.message ?? "")")
        #expect(error?.line == row.line && error?.file == "vais.toml")
    }

    @Test(
        "a misspelt key is answered with the right one",
        arguments: [
            ("[package]\nname = \"a\"\nlicence = \"MIT\"", "license"),
            ("[package]\nname = \"a\"\nauthor = []", "authors"),
            ("[package]\nname = \"a\"\nVersion = \"1.0.0\"", "version"), ("[package]\nnmae = \"a\"", "name"),
            ("[dependencies]\nb = { feature = [] }", "features"), ("[dependencies]\nb = { vesion = \"1\" }", "version"),
        ])
    func suggestions(_ text: String, _ key: String) {
        let error = #expect(throws: ModelError.self) { try Manifest(text) }
        #expect(error?.hint == "did you mean `\(key)`?")
    }

    @Test("a key like no other is answered with those that are known")
    func noSuggestion() {
        let error = #expect(throws: ModelError.self) { try Manifest("[registries.corp]\ntoken = \"x\"") }
        #expect(error?.hint == "known keys are `url`")
    }

    @Test("44: ten thousand nested values are refused in their line")
    func nesting() {
        let error = #expect(throws: ModelError.self) {
            try Manifest("[x]\ny = " + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000))
        }
        #expect(error?.line == 2)
    }

    @Test("45: a manifest of 5 MB is refused, whatever it holds")
    func size() {
        let bytes = [UInt8](repeating: UInt8(ascii: "#"), count: 5_000_000)
        let error = #expect(throws: ModelError.self) { try Manifest(parsing: bytes, file: "vais.toml") }
        #expect(error?.message == "the manifest has 5000000 bytes, and 1048576 are allowed")
    }

    @Test("a message never carries control characters from the file")
    func terminal() {
        let error = #expect(throws: ModelError.self) { try Manifest("\"\\u001b[31m\" = 1") }
        #expect(error?.description.unicodeScalars.contains("\u{1B}") == false)
    }
}
