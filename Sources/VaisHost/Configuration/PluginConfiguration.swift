internal import VaisModel

/// What plugins.toml and the environment say: one plugin for each kind, where to look for plugins, and whether pins are required.
///
///     search = ["../../lib/vais/plugins"]        # relative to this file
///     require_pins = false
///
///     [storage]
///     plugin = "storage-sqlite"                  # or an absolute path
///     sha256 = "…"                               # optional pin
///     isolation = "none"                         # or "process": in a process of its own; not for storage
///     [storage.config]                           # keys the plugin declares
///     path = "registry.db"
///     password = { file = "/etc/vais/secret" }   # or { env = "NAME" }
package struct PluginConfiguration: Sendable {
    /// The file it came from.
    package var file: String
    package var choices: [PluginKind: PluginChoice] = [:]
    /// Folders in which a plugin named without a path is looked for, in order; absolute.
    package var search: [String]
    package var requirePins = false

    init(file: String, search: [String]) {
        self.file = file
        self.search = search
    }

    /// Where plugins are when plugins.toml does not say: in the installation the program belongs to, then in the system's.
    static func defaultSearch(_ places: ConfigurationPlaces) -> [String] {
        let own = places.binaryFolder.map { [normalizedPath("\($0)/../lib/vais/plugins")] } ?? []
        return own + ["/usr/local/lib/vais/plugins", "/usr/lib/vais/plugins"]
    }

    /// Finds and reads plugins.toml, then lets the environment override single keys.
    package static func load(_ places: ConfigurationPlaces) throws(PluginError) -> PluginConfiguration {
        let file = try places.find()
        var configuration = PluginConfiguration(file: file, search: defaultSearch(places))
        try configuration.read(try ConfigurationFile.read(file))
        try configuration.override(with: places.overrides)
        return configuration
    }

    /// One plugin by the path of its file, for tools that look at one.
    package init(_ choice: PluginChoice) {
        self.init(file: choice.plugin, search: [])
        choices[choice.kind] = choice
    }

    /// The choice for `kind`.
    package func choice(_ kind: PluginKind) throws(PluginError) -> PluginChoice {
        guard let choice = choices[kind] else {
            throw PluginError(
                .configuration, "\(plainText(file)) names no \(kind.rawValue) plugin",
                hint:
                    "add `[\(kind.rawValue)]` with a line `plugin = \"…\"`; `vais plugin list` shows what is configured"
            )
        }
        return choice
    }
}

/// `path`, absolute, without empty components, `.` and `..`, by its text alone.
func normalizedPath(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
        if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
}
