import Foundation
import Testing

@testable import VaisHost

@Suite("plugins.toml") struct PluginConfigurationTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    func load(_ text: String, _ environment: [String: String] = [:]) throws -> PluginConfiguration {
        let file = try folder.write("etc/plugins.toml", text)
        return try PluginConfiguration.load(
            ConfigurationPlaces(explicit: file, environment: environment, binaryFolder: "/opt/vais/bin"))
    }

    @Test("says which plugin, where, pinned how and set up how")
    func everything() throws {
        let pin = String(repeating: "Ab", count: 32)
        let configuration = try load(
            """
            search = ["../lib", "/usr/lib/vais", "."]
            require_pins = true
            [storage]
            plugin = "storage-sqlite"
            sha256 = "\(pin)"
            [storage.config]
            path = "registry.db"
            """)
        #expect(configuration.search == [folder.path + "/lib", "/usr/lib/vais", folder.path + "/etc"])
        #expect(configuration.requirePins)
        let choice = try configuration.choice(.storage)
        #expect(choice.plugin == "storage-sqlite")
        #expect(choice.sha256 == pin.lowercased())
        #expect(choice.origin == .file(configuration.file, line: 4))
        #expect(choice.settings.map(\.key) == ["path"])
        #expect(choice.settings.first?.origin == .file(configuration.file, line: 7))
    }

    @Test("says where a plugin runs; the environment may change that, and another plugin is no less isolated")
    func isolation() throws {
        let text = "[digest]\nplugin = \"digest-a\"\nisolation = \"process\"\n[password]\nplugin = \"password-a\"\n"
        let file = try load(text)
        #expect(file.choices[.digest]?.isolation == .process)
        #expect(file.choices[.password]?.isolation == PluginIsolation.none)
        let changed = try load(
            text, ["VAIS_PLUGINS_DIGEST_PLUGIN": "digest-b", "VAIS_PLUGINS_PASSWORD_ISOLATION": "process"])
        #expect(changed.choices[.digest]?.plugin == "digest-b")
        #expect(changed.choices[.digest]?.isolation == .process)
        #expect(changed.choices[.password]?.isolation == .process)
        let plain = try load(text, ["VAIS_PLUGINS_DIGEST_ISOLATION": "none"])
        #expect(plain.choices[.digest]?.isolation == PluginIsolation.none)
    }

    @Test("without `search` looks in the installation it belongs to, then the system's")
    func defaultSearch() throws {
        #expect(
            try load("").search == [
                "/opt/vais/lib/vais/plugins", "/usr/local/lib/vais/plugins", "/usr/lib/vais/plugins",
            ])
    }

    @Test("is overridden key by key from the environment")
    func overrides() throws {
        let configuration = try load(
            "[storage]\nplugin = \"storage-sqlite\"\n[storage.config]\npath = \"a\"\npages = 5\n",
            [
                "VAIS_PLUGINS_STORAGE_CONFIG_PATH": "b", "VAIS_PLUGINS_SEARCH": "/x:/y/../z",
                "VAIS_PLUGINS_REQUIRE_PINS": "true",
                "VAIS_PLUGINS_DIGEST_PLUGIN": "/opt/libdigest.so",
                "VAIS_PLUGINS_DIGEST_SHA256": String(repeating: "0", count: 64),
            ])
        #expect(configuration.search == ["/x", "/z"])
        #expect(configuration.requirePins)
        #expect(configuration.choices[.digest]?.origin == .environment("VAIS_PLUGINS_DIGEST_PLUGIN"))
        #expect(configuration.choices[.digest]?.sha256?.isEmpty == false)
        let settings = try configuration.choice(.storage).settings
        #expect(settings.map(\.key) == ["pages", "path"])
        #expect(settings.last?.origin == .environment("VAIS_PLUGINS_STORAGE_CONFIG_PATH"))
    }

    @Test("gives a plugin named by the environment none of the settings written for another")
    func replacedPlugin() throws {
        let text =
            "[storage]\nplugin = \"storage-sqlite\"\nsha256 = \"\(String(repeating: "0", count: 64))\"\n[storage.config]\npath = \"a\"\n"
        let other = try load(text, ["VAIS_PLUGINS_STORAGE_PLUGIN": "storage-memory"]).choice(.storage)
        #expect(other.settings.isEmpty && other.sha256 == nil)
        let same = try load(text, ["VAIS_PLUGINS_STORAGE_PLUGIN": "storage-sqlite"]).choice(.storage)
        #expect(same.settings.count == 1 && same.sha256 != nil)
    }

    @Test("of this repository is valid and names a plugin for each kind")
    func ownFile() throws {
        let configuration = try load(try String(contentsOfFile: packageFolder + "/plugins.toml", encoding: .utf8))
        #expect(configuration.choices.count == PluginKind.allCases.count)
        #expect(configuration.search.last == folder.path + "/etc")
    }
}
