internal import VaisModel

extension LoadedPlugin {
    /// The settings to open the plugin with: the operator's, checked against the plugin's schema, secrets fetched, defaults filled in.
    package func settings(from choice: PluginChoice) throws(PluginError) -> [Setting] {
        try SettingRules(kind: kind, id: id, schema: schema).settings(from: choice)
    }
}

/// What a plugin asks of its settings, wherever it is loaded.
struct SettingRules {
    let kind: PluginKind
    let id: String
    let schema: [SettingSchema]

    /// As `LoadedPlugin.settings`.
    func settings(from choice: PluginChoice) throws(PluginError) -> [Setting] {
        var values: [String: Value] = [:]
        for setting in choice.settings {
            guard let rule = schema.first(where: { $0.key == setting.key }) else { throw unknown(setting) }
            values[setting.key] = try value(of: setting, rule)
        }
        var settings: [Setting] = []
        for rule in schema {
            let value = values[rule.key] ?? rule.defaultValue
            if value != .null { settings.append(Setting(rule.key, value)) }
            if value == .null && rule.isRequired {
                throw PluginError(
                    .configuration,
                    "\(choice.origin): the \(kind.rawValue) plugin \(id) needs the setting `\(rule.key)`",
                    hint: "add `\(rule.key) = …` under `[\(kind.rawValue).config]`: \(rule.help)")
            }
        }
        return settings
    }

    private func unknown(_ setting: ConfiguredSetting) -> PluginError {
        let known = schema.map(\.key)
        let hint =
            if let near = Suggestion.nearest(to: setting.key, among: known) {
                "did you mean `\(near)`?"
            } else if known.isEmpty {
                "this plugin has no settings; remove the key"
            } else { "its settings are \(known.map { "`\($0)`" }.joined(separator: ", "))" }
        return PluginError(
            .configuration,
            "\(setting.origin): the \(kind.rawValue) plugin \(id) has no setting `\(plainText(setting.key))`",
            hint: hint)
    }

    private func value(of setting: ConfiguredSetting, _ rule: SettingSchema) throws(PluginError) -> Value {
        switch (setting.content, rule.kind) {
        case (.text(let text), .text):
            if rule.isSecret { try Secret.requirePrivacy(of: setting) }
            return try checked(text, setting)
        case (.integer(let number), .integer): return .integer(number)
        case (.integer(let number), .double): return .double(Double(number))
        case (.double(let number), .double) where !number.isNaN: return .double(number)
        case (.bool(let flag), .bool): return .bool(flag)
        case (.untyped(let text), let kind): return try value(text, as: kind, setting)
        case (.fromEnvironment(let name), let kind):
            return try value(try Secret.variable(name, setting), as: kind, setting)
        case (.fromFile(let path), let kind): return try value(try Secret.file(path, setting), as: kind, setting)
        default: throw mistyped(setting, rule.kind)
        }
    }

    private func value(_ text: String, as kind: SettingSchema.Kind, _ setting: ConfiguredSetting) throws(PluginError)
        -> Value
    {
        switch kind {
        case .text: return try checked(text, setting)
        case .bool where text == "true": return .bool(true)
        case .bool where text == "false": return .bool(false)
        case .integer: if let number = Int64(text) { return .integer(number) }
        case .double: if let number = Double(text), !number.isNaN { return .double(number) }
        default: break
        }
        throw mistyped(setting, kind)
    }

    private func checked(_ text: String, _ setting: ConfiguredSetting) throws(PluginError) -> Value {
        guard !text.utf8.contains(0) else {
            throw PluginError(
                .configuration, "\(setting.origin): `\(setting.key)` holds a NUL character", hint: "remove it")
        }
        return .text(text)
    }

    private func mistyped(_ setting: ConfiguredSetting, _ kind: SettingSchema.Kind) -> PluginError {
        PluginError(
            .configuration,
            "\(setting.origin): `\(setting.key)` of the \(self.kind.rawValue) plugin \(id) must be \(kind.name)",
            hint: schema.first { $0.key == setting.key }?.help)
    }
}
