import Foundation
import Testing

@testable import VaisHost

/// A plugin's settings against its schema: `path` (required), `cache_pages`, `read_only`, `ratio`, `password` (secret).
@Suite("A plugin's settings") struct SettingsTests {
    static let golden = GoldenTexts("settings.txt")

    let folder: TestFolder
    let library: String

    init() throws {
        folder = try TestFolder()
        library = try SamplePlugin(folder: folder).build()
    }

    func settings(_ config: String, _ environment: [String: String] = [:], mode: mode_t = 0o644) throws -> [String:
        Value]
    {
        let file = try folder.write(
            "plugins.toml", "[digest]\nplugin = \"\(library)\"\n[digest.config]\n\(config)\n", mode: mode)
        let configuration = try PluginConfiguration.load(
            ConfigurationPlaces(explicit: file, environment: environment, binaryFolder: nil))
        let settings = try PluginHost(configuration).plugin(.digest).settings(from: configuration.choice(.digest))
        return Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0.value) })
    }

    func expectError(_ name: String, _ config: String, _ environment: [String: String] = [:], mode: mode_t = 0o644)
        throws
    {
        let error = #expect(throws: PluginError.self) { try settings(config, environment, mode: mode) }
        if let error { Self.golden.expect(error, is: name, folder: folder) }
    }

    @Test("are checked by type, with defaults filled in")
    func types() throws {
        #expect(try settings("path = \"a\"") == ["path": .text("a"), "cache_pages": .integer(64)])
        #expect(
            try settings("path = \"a\"\ncache_pages = 1\nread_only = true\nratio = 1\n")
                == ["path": .text("a"), "cache_pages": .integer(1), "read_only": .bool(true), "ratio": .double(1)])
    }

    @Test("take text from the environment as whatever type they have")
    func environment() throws {
        let variables = [
            "VAIS_PLUGINS_DIGEST_CONFIG_CACHE_PAGES": "7", "VAIS_PLUGINS_DIGEST_CONFIG_READ_ONLY": "false",
            "VAIS_PLUGINS_DIGEST_CONFIG_RATIO": "0.5",
        ]
        #expect(
            try settings("path = \"a\"", variables)
                == ["path": .text("a"), "cache_pages": .integer(7), "read_only": .bool(false), "ratio": .double(0.5)])
        try expectError(
            "environment of the wrong type", "path = \"a\"", ["VAIS_PLUGINS_DIGEST_CONFIG_CACHE_PAGES": "many"])
    }

    @Test("that are unknown, mistyped or missing are errors with place and remedy")
    func wrong() throws {
        try expectError("unknown setting", "paht = \"a\"")
        try expectError("unknown setting far from any", "path = \"a\"\ncolour = 1")
        try expectError("mistyped setting", "path = 5")
        try expectError("missing setting", "cache_pages = 1")
        try expectError("setting with NUL", "path = \"a\\u0000b\"")
    }

    @Test("that are secret come from a private file or the environment, never from what others can read")
    func secrets() throws {
        try folder.write("secret", "hunter2\n", mode: 0o600)
        #expect(try settings("path = \"a\"\npassword = { file = \"secret\" }")["password"] == .text("hunter2"))
        let file = folder.path + "/secret"
        #expect(try settings("path = \"a\"\npassword = { file = \"\(file)\" }")["password"] == .text("hunter2"))
        // Mounted secrets are links; the file behind it counts.
        try #require(symlink(file, folder.path + "/link") == 0)
        #expect(try settings("path = \"a\"\npassword = { file = \"link\" }")["password"] == .text("hunter2"))
        setenv("VAIS_TEST_SECRET_OF_HOST", "swordfish", 1)
        #expect(
            try settings("path = \"a\"\npassword = { env = \"VAIS_TEST_SECRET_OF_HOST\" }")["password"]
                == .text("swordfish"))
        #expect(try settings("path = \"a\"\npassword = \"plain\"", mode: 0o600)["password"] == .text("plain"))
        try expectError("secret in a readable plugins.toml", "path = \"a\"\npassword = \"plain\"")
        try expectError(
            "secret from no variable", "path = \"a\"\npassword = { env = \"VAIS_TEST_SECRET_THAT_IS_NOT\" }")
        try expectError("secret from no file", "path = \"a\"\npassword = { file = \"none\" }")
        chmod(file, 0o640)
        try expectError("secret file the group can read", "path = \"a\"\npassword = { file = \"secret\" }")
        chmod(file, 0o604)
        try expectError("secret file all can read", "path = \"a\"\npassword = { file = \"secret\" }")
        try #require(mkfifo(folder.path + "/pipe", 0o600) == 0)
        try expectError("secret from a pipe", "path = \"a\"\npassword = { file = \"pipe\" }")
    }
}
