import Testing

@testable import VaisHost

/// The plugins this package builds, beside the test binary.
enum RealPlugins {
    static func host(_ text: String, folder: TestFolder, _ environment: [String: String] = [:]) throws -> PluginHost {
        let file = try folder.write("plugins.toml", "search = [\"\(buildFolder)\"]\n" + text)
        return PluginHost(
            try PluginConfiguration.load(
                ConfigurationPlaces(explicit: file, environment: environment, binaryFolder: nil)))
    }

    static func transport(_ config: String = "") throws -> any Transport {
        try host("[transport]\nplugin = \"transport-curl\"\n" + config, folder: TestFolder()).loadTransport()
    }
}
