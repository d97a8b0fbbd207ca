import Testing

@testable import VaisHost

/// What plugins.toml and the environment get wrong, with the exact words. ROBUSTNESS number 99.
@Suite("plugins.toml is refused") struct ConfigurationErrorTests {
    static let golden = GoldenTexts("configuration.txt")

    static let files: [(name: String, text: String)] = [
        ("not TOML", "[storage\nplugin = 1\n"),
        ("duplicate key", "[storage]\nplugin = \"a\"\nplugin = \"b\"\n"),
        ("unknown table", "[storge]\nplugin = \"storage-sqlite\"\n"),
        ("unknown key at the top", "serch = []\n"),
        ("unknown key far from any", "colour = 1\n"),
        ("unknown key of a kind", "[storage]\nplugni = \"storage-sqlite\"\nplugin = \"x\"\n"),
        ("no plugin", "[storage]\nsha256 = \"00\"\n"),
        ("plugin that is a number", "[digest]\nplugin = 5\n"),
        ("plugin by a relative path", "[digest]\nplugin = \"../evil.so\"\n"),
        ("plugin with capitals", "[digest]\nplugin = \"OpenSSL\"\n"),
        ("pin too short", "[digest]\nplugin = \"x\"\nsha256 = \"abc\"\n"),
        ("isolation that nobody knows", "[digest]\nplugin = \"x\"\nisolation = \"thread\"\n"),
        ("isolation by a flag", "[digest]\nplugin = \"x\"\nisolation = true\n"),
        ("isolation of a store", "[storage]\nplugin = \"x\"\nisolation = \"process\"\n"),
        ("kind that is no table", "digest = \"x\"\n"),
        ("search that is a string", "search = \"/usr/lib\"\n"),
        ("search with a number", "search = [1]\n"),
        ("pins required by a word", "require_pins = \"yes\"\n"),
        ("setting that is an array", "[digest]\nplugin = \"x\"\n[digest.config]\nkey = [1]\n"),
        ("setting that is an odd table", "[digest]\nplugin = \"x\"\nconfig.key = { vault = \"x\" }\n"),
    ]

    @Test("with file, line and the nearest key", arguments: files.map(\.name))
    func wrongFiles(_ name: String) throws {
        let folder = try TestFolder()
        let text = try #require(Self.files.first { $0.name == name }).text
        let file = try folder.write("plugins.toml", text)
        expectError(name, folder, ConfigurationPlaces(explicit: file, environment: [:], binaryFolder: nil))
    }

    static let variables: [(name: String, variables: [String: String])] = [
        ("variable for an unknown kind", ["VAIS_PLUGINS_STORGE_PLUGIN": "x"]),
        ("variable for an unknown key", ["VAIS_PLUGINS_STORAGE_PLUGN": "x"]),
        ("variable for a setting without a name", ["VAIS_PLUGINS_STORAGE_CONFIG_": "x"]),
        ("variable with a relative path", ["VAIS_PLUGINS_STORAGE_PLUGIN": "./x.so"]),
        ("variable for a plugin nobody named", ["VAIS_PLUGINS_DIGEST_CONFIG_PATH": "x"]),
        ("variable with a bad flag", ["VAIS_PLUGINS_REQUIRE_PINS": "1"]),
        ("variable that isolates a store", ["VAIS_PLUGINS_STORAGE_ISOLATION": "process"]),
        ("variable with a relative folder", ["VAIS_PLUGINS_SEARCH": "/a:b"]),
        ("relative VAIS_PLUGINS", ["VAIS_PLUGINS": "plugins.toml"]),
        ("VAIS_PLUGINS that does not exist", ["VAIS_PLUGINS": "/nonexistent/plugins.toml"]),
    ]

    @Test("also when an environment variable is wrong", arguments: variables.map(\.name))
    func wrongVariables(_ name: String) throws {
        let folder = try TestFolder()
        try folder.write("plugins.toml", "[storage]\nplugin = \"storage-sqlite\"\n")
        let variables = try #require(Self.variables.first { $0.name == name }).variables
        expectError(
            name, folder,
            ConfigurationPlaces(environment: variables, binaryFolder: folder.path, systemFile: folder.path + "/none"))
    }

    @Test("when others may write it, or there is none")
    func places() throws {
        let folder = try TestFolder()
        let file = try folder.write("plugins.toml", "", mode: 0o666)
        expectError("open to all", folder, ConfigurationPlaces(explicit: file, environment: [:], binaryFolder: nil))
        expectError(
            "none at all", folder,
            ConfigurationPlaces(
                environment: ["HOME": folder.path + "/home"], binaryFolder: folder.path + "/bin",
                systemFile: folder.path + "/etc.toml"))
        expectError(
            "named and absent", folder,
            ConfigurationPlaces(explicit: folder.path + "/absent.toml", environment: [:], binaryFolder: nil))
        expectError("a folder", folder, ConfigurationPlaces(explicit: folder.path, environment: [:], binaryFolder: nil))
    }

    @Test("when a plugin it names is not there, with where it was looked for")
    func missingPlugins() throws {
        let folder = try TestFolder()
        try folder.write("lib/libstorage-sqlite.so", "")
        let file = try folder.write(
            "plugins.toml", "search = [\"lib\", \"more\"]\n[storage]\nplugin = \"storage-sqlit\"\n")
        let host = PluginHost(
            try PluginConfiguration.load(ConfigurationPlaces(explicit: file, environment: [:], binaryFolder: nil)))
        #expect { try host.plugin(.storage) } throws: { error in
            (error as? PluginError).map { Self.golden.expect($0, is: "no such plugin", folder: folder) } != nil
        }
        #expect { try host.plugin(.digest) } throws: { error in
            (error as? PluginError).map { Self.golden.expect($0, is: "kind without a plugin", folder: folder) } != nil
        }
    }

    private func expectError(_ name: String, _ folder: TestFolder, _ places: ConfigurationPlaces) {
        do throws(PluginError) {
            _ = try PluginConfiguration.load(places)
            Issue.record("\(name): the configuration was accepted")
        } catch { Self.golden.expect(error, is: name, folder: folder) }
    }
}
