import Foundation
import Testing

@testable import VaisHost

@Suite("plugins.toml is found") struct ConfigurationPlacesTests {
    let folder: TestFolder
    let home: String
    let system: String
    let beside: String

    /// Every place has a file, each naming another plugin.
    init() throws {
        folder = try TestFolder()
        home = try folder.write("home/.vais/plugins.toml", "[digest]\nplugin = \"from-home\"\n")
        system = try folder.write("system.toml", "[digest]\nplugin = \"from-system\"\n")
        beside = try folder.write("usr/etc/vais/plugins.toml", "[digest]\nplugin = \"from-installation\"\n")
        try folder.write("usr/bin/plugins.toml", "[digest]\nplugin = \"from-binary\"\n")
        try folder.write("moved/plugins.toml", "[digest]\nplugin = \"from-moved-home\"\n")
        try folder.write("named.toml", "[digest]\nplugin = \"from-variable\"\n")
        try folder.write("typed.toml", "[digest]\nplugin = \"from-option\"\n")
    }

    func chosen(explicit: String? = nil, _ environment: [String: String] = [:], isPrivileged: Bool = false) throws
        -> String?
    {
        var variables = ["HOME": folder.path + "/home"]
        variables.merge(environment) { $1 }
        let places = ConfigurationPlaces(
            explicit: explicit, environment: variables, isPrivileged: isPrivileged,
            binaryFolder: folder.path + "/usr/bin",
            systemFile: system)
        return try PluginConfiguration.load(places).choices[.digest]?.plugin
    }

    @Test("by option, variable, home, system, installation and binary, in this order")
    func order() throws {
        let variables = ["VAIS_PLUGINS": folder.path + "/named.toml"]
        #expect(try chosen(explicit: folder.path + "/typed.toml", variables) == "from-option")
        #expect(try chosen(variables) == "from-variable")
        #expect(try chosen(["VAIS_HOME": folder.path + "/moved"]) == "from-moved-home")
        #expect(try chosen() == "from-home")
        try FileManager.default.removeItem(atPath: home)
        #expect(try chosen() == "from-system")
        try FileManager.default.removeItem(atPath: system)
        #expect(try chosen() == "from-installation")
        try FileManager.default.removeItem(atPath: beside)
        #expect(try chosen() == "from-binary")
    }

    @Test("without a look at the environment when the process has more rights than its caller")
    func privileged() throws {
        let variables = [
            "VAIS_PLUGINS": folder.path + "/named.toml", "VAIS_HOME": folder.path + "/moved",
            "VAIS_PLUGINS_DIGEST_PLUGIN": "evil",
        ]
        #expect(try chosen(variables, isPrivileged: true) == "from-system")
        #expect(try chosen(variables) == "evil")
    }

    @Test("never in the working directory")
    func workingDirectory() throws {
        let places = ConfigurationPlaces(environment: [:], binaryFolder: "/opt/vais/bin")
        #expect(
            places.usual == ["/etc/vais/plugins.toml", "/opt/vais/etc/vais/plugins.toml", "/opt/vais/bin/plugins.toml"])
        let odd = ConfigurationPlaces(environment: ["HOME": "", "VAIS_HOME": "."], binaryFolder: nil)
        #expect(odd.usual == ["/etc/vais/plugins.toml"])
    }

    @Test("and this process's own environment is the real one")
    func current() throws {
        let places = ConfigurationPlaces.current()
        #expect(places.environment["PATH"] == ProcessInfo.processInfo.environment["PATH"])
        #expect(places.binaryFolder == buildFolder)
        #expect(!places.isPrivileged)
    }
}
