import Testing

@testable import VaisHost

@Suite("Pinning in plugins.toml") struct PluginPinningTests {
    private static let digest = String(repeating: "ab", count: 32)

    private static func pinned(_ text: String, to digest: String? = digest) throws -> String {
        var pinning = PluginPinning(Array(text.utf8), file: "/etc/vais/plugins.toml")
        let isChanged = try pinning.pin(.storage, to: digest)
        let result = String(decoding: pinning.text, as: UTF8.self)
        #expect(isChanged == (result != text))
        return result
    }

    @Test("adds a line below the plugin's, in the way the file is written")
    func adds() throws {
        let line = "sha256 = \"\(Self.digest)\""
        #expect(
            try Self.pinned("[storage] # mine\n  plugin = \"a\" # b\n[digest]\nplugin = \"c\"\n")
                == "[storage] # mine\n  plugin = \"a\" # b\n  \(line)\n[digest]\nplugin = \"c\"\n")
        #expect(try Self.pinned("storage.plugin = \"a\"\r\n") == "storage.plugin = \"a\"\r\nstorage.\(line)\r\n")
        #expect(try Self.pinned("[storage]\nplugin = \"a\"") == "[storage]\nplugin = \"a\"\n\(line)")
    }

    @Test("changes a pin in place, and nothing when it is the same")
    func changes() throws {
        let old = "[storage]\nsha256 = '\(String(repeating: "0", count: 64))' # why\nplugin = \"a\"\n"
        let new = "[storage]\nsha256 = \"\(Self.digest)\" # why\nplugin = \"a\"\n"
        #expect(try Self.pinned(old) == new)
        #expect(try Self.pinned(new) == new)
    }

    @Test("removes the line, and only that")
    func removes() throws {
        let text = "[storage]\nplugin = \"a\"\nsha256 = \"\(Self.digest)\" # why\n\n[digest]\nsha256 = \"x\"\n"
        #expect(try Self.pinned(text, to: nil) == "[storage]\nplugin = \"a\"\n\n[digest]\nsha256 = \"x\"\n")
        #expect(try Self.pinned("[storage]\nplugin = \"a\"\n", to: nil) == "[storage]\nplugin = \"a\"\n")
    }

    @Test(
        "refuses what it cannot edit line by line",
        arguments: ["storage = { plugin = \"a\" }\n", "", "[storage]\n", "= 1\n"])
    func refuses(_ text: String) {
        var pinning = PluginPinning(Array(text.utf8), file: "/etc/vais/plugins.toml")
        let error = #expect(throws: PluginError.self) { try pinning.pin(.storage, to: Self.digest) }
        #expect(error?.hint != nil && pinning.text == Array(text.utf8))
    }

    @Test("does not say that nothing is pinned where a pin stands in an inline table")
    func inlinePin() throws {
        var pinning = PluginPinning(
            Array("storage = { plugin = \"a\", sha256 = \"\(Self.digest)\" }\n".utf8), file: "/etc/vais/plugins.toml")
        #expect(throws: PluginError.self) { try pinning.pin(.storage, to: nil) }
    }
}
