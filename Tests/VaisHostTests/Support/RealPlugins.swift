import Testing

@testable import VaisHost

/// The plugins this package builds, beside the test binary.
enum RealPlugins {
    static func host(
        _ text: String, folder: TestFolder, _ environment: [String: String] = [:],
        limits: IsolationLimits = IsolationLimits()
    ) throws -> PluginHost {
        let file = try folder.write("plugins.toml", "search = [\"\(buildFolder)\"]\n" + text)
        return PluginHost(
            try PluginConfiguration.load(
                ConfigurationPlaces(explicit: file, environment: environment, binaryFolder: nil)),
            program: program, limits: limits)
    }

    /// What runs plugins in processes of their own: the test binary has another `main`.
    static let program = ChildProgram(path: buildFolder + "/vais")

    static func transport(_ isolation: PluginIsolation = .none) throws -> any Transport {
        try host(
            "[transport]\nplugin = \"transport-curl\"\nisolation = \"\(isolation.rawValue)\"\n", folder: TestFolder()
        ).loadTransport()
    }

    static func digest(_ isolation: PluginIsolation) throws -> any Digester {
        try host(
            "[digest]\nplugin = \"digest-openssl\"\nisolation = \"\(isolation.rawValue)\"\n", folder: TestFolder()
        ).loadDigest()
    }
}

extension PluginIsolation {
    /// A plugin does the same wherever it runs.
    static let all: [PluginIsolation] = [.none, .process]
}
