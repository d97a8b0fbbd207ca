internal import CVaisPlugin
internal import VaisHost

extension PluginDescription {
    /// Loads the file as a host would, and asks it. Its code runs.
    init(loading path: String, _ kind: PluginKind) throws {
        let choice = try PluginChoice(kind, file: path, settings: nil)
        let file = try PluginFile.checking(path, for: choice)
        let plugin = try LoadedPlugin(file, kind: kind)
        summary = plugin.summary
        threads = plugin.threadModel.words
        settings = plugin.schema.map { rule in
            Setting(
                key: rule.key, type: rule.kind.words, standard: rule.isSecret ? nil : toml(rule.defaultValue),
                isRequired: rule.isRequired, isSecret: rule.isSecret, help: rule.help)
        }
        guard let descriptor = try EntryPoint(file.path)(bareHost) else {
            throw Refusal("its entry answers NULL to a host that offers nothing")
        }
        interfaces = file.note.interfaces.map { name in
            Interface(name: name, size: descriptor.pointee.interface(name).map { UInt64($0.load(as: UInt32.self)) })
        }
    }
}

extension LoadedPlugin.ThreadModel {
    var words: String {
        switch self {
        case .one: "one"
        case .perSession: "one for each session"
        case .any: "any"
        }
    }
}

extension SettingSchema.Kind {
    fileprivate var words: String {
        switch self {
        case .bool: "true or false"
        case .integer: "an integer"
        case .double: "a number"
        case .text: "a string"
        }
    }
}

/// A default as TOML writes it, nil for none.
private func toml(_ value: Value) -> String? {
    switch value {
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .double(let value): "\(value)"
    case .text(let value): quotedText(value)
    default: nil
    }
}
