internal import VaisModel

extension PluginChoice {
    /// A plugin by the path of its file, with settings from a file of their own.
    ///
    /// - Parameter settings: a TOML file with the plugin's settings at its top level, as they stand in `[KIND.config]` of a plugins.toml; or
    ///   such a plugins.toml, of which that table counts. Held to the same rules as plugins.toml. Nil for the defaults.
    package init(_ kind: PluginKind, file path: String, settings: String?) throws(PluginError) {
        self.init(kind, plugin: path, origin: .file(settings ?? path, line: 0))
        guard let settings else { return }
        let bytes = try ConfigurationFile.read(settings)
        let document: TOML.Document
        do { document = try TOML.parse(bytes) } catch {
            throw PluginError(
                .configuration, "\(plainText(settings)):\(error.line): \(error.message)",
                hint: "correct the line; the file is TOML 1.0")
        }
        var table = document.root
        if case .table(let section) = table[kind.rawValue]?.node.value,
            case .table(let config) = section["config"]?.node.value
        {
            table = config
        }
        for entry in table.entries {
            let key = ConfigurationKey(entry, in: settings, path: [])
            self.settings.append(
                ConfiguredSetting(
                    key: entry.key, content: try key.content(folder: parent(of: settings)), origin: key.origin))
        }
    }
}
