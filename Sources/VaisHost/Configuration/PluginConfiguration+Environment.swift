internal import VaisModel

/// Environment variables that override single keys:
///
///     VAIS_PLUGINS_SEARCH=/a:/b    VAIS_PLUGINS_REQUIRE_PINS=true    VAIS_PLUGINS_STORAGE_PLUGIN=storage-memory
///     VAIS_PLUGINS_STORAGE_SHA256=…    VAIS_PLUGINS_STORAGE_CONFIG_PATH=/srv/registry.db    VAIS_PLUGINS_DIGEST_ISOLATION=process
extension PluginConfiguration {
    private static let prefix = "VAIS_PLUGINS_"

    /// A variable that fits no key is an error, as a key in the file would be.
    mutating func override(with variables: [String: String]) throws(PluginError) {
        // Plugins first: another plugin starts without the settings and the pin written for the one it replaces, but no less isolated.
        for kind in PluginKind.allCases {
            let name = Self.prefix + kind.rawValue.uppercased() + "_PLUGIN"
            guard let plugin = variables[name] else { continue }
            let origin = PluginChoice.Origin.environment(name)
            guard choices[kind]?.plugin != plugin else { continue }
            let isolation = choices[kind]?.isolation ?? .none
            choices[kind] = PluginChoice(kind, plugin: try PluginChoice.checkedName(plugin, origin), origin: origin)
            choices[kind]?.isolation = isolation
        }
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            try override(name, String(name.dropFirst(Self.prefix.count)), value)
        }
    }

    private mutating func override(_ name: String, _ rest: String, _ value: String) throws(PluginError) {
        let origin = PluginChoice.Origin.environment(name)
        switch rest {
        case "SEARCH":
            search = try value.split(separator: ":").map { part throws(PluginError) in
                guard part.utf8.first == UInt8(ascii: "/") else {
                    throw PluginError(
                        .configuration, "\(origin) holds \(quoted(part)), which is not an absolute path",
                        hint: "write whole paths, separated by `:`")
                }
                return normalizedPath(String(part))
            }
        case "REQUIRE_PINS":
            guard value == "true" || value == "false" else {
                throw PluginError(
                    .configuration, "\(origin) must be `true` or `false`, found \(quoted(value))", hint: nil)
            }
            requirePins = value == "true"
        default:
            for kind in PluginKind.allCases {
                let section = kind.rawValue.uppercased() + "_"
                guard rest.utf8.starts(with: section.utf8) else { continue }
                return try override(kind, String(rest.dropFirst(section.count)), value, origin)
            }
            throw unknown(name)
        }
    }

    private mutating func override(
        _ kind: PluginKind, _ key: String, _ value: String, _ origin: PluginChoice.Origin
    ) throws(PluginError) {
        guard key != "PLUGIN" else { return }
        let setting = "CONFIG_"
        let isSetting = key.utf8.starts(with: setting.utf8) && key.utf8.count > setting.utf8.count
        guard key == "SHA256" || key == "ISOLATION" || isSetting else {
            throw unknown("\(Self.prefix)\(kind.rawValue.uppercased())_\(key)")
        }
        guard var choice = choices[kind] else {
            throw PluginError(
                .configuration, "\(origin) is set, but no \(kind.rawValue) plugin is named",
                hint: "set \(Self.prefix)\(kind.rawValue.uppercased())_PLUGIN too")
        }
        if key == "SHA256" {
            choice.sha256 = try PluginChoice.checkedPin(value, origin)
            choice.pinOrigin = origin
        } else if key == "ISOLATION" {
            choice.isolation = try PluginIsolation(value, for: kind, origin)
        } else {
            let name = key.dropFirst(setting.count).lowercased()
            choice.settings.removeAll { $0.key == name }
            choice.settings.append(ConfiguredSetting(key: name, content: .untyped(value), origin: origin))
        }
        choices[kind] = choice
    }

    private func unknown(_ name: String) -> PluginError {
        let kinds = PluginKind.allCases.map { Self.prefix + $0.rawValue.uppercased() }
        let known =
            kinds.flatMap { ["\($0)_PLUGIN", "\($0)_SHA256", "\($0)_ISOLATION"] } + [
                Self.prefix + "SEARCH", Self.prefix + "REQUIRE_PINS",
            ]
        let nearest = Suggestion.nearest(to: name, among: known).map { "did you mean \($0)?" }
        return PluginError(
            .configuration, "the environment variable \(plainText(name)) overrides no key of plugins.toml",
            hint: nearest ?? "settings are named like VAIS_PLUGINS_STORAGE_CONFIG_PATH")
    }
}
