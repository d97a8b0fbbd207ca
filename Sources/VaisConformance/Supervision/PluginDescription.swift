package import VaisProtocol

/// What a loaded plugin's descriptor says.
package struct PluginDescription: Sendable, Equatable {
    package var threads = ""
    package var summary = ""
    package var settings: [Setting] = []
    package var interfaces: [Interface] = []

    package struct Setting: Sendable, Equatable {
        package var key = ""
        /// "a string", as TOML calls it.
        package var type = ""
        /// As TOML writes it; nil for none, and for one that is secret.
        package var standard: String?
        package var isRequired = false
        package var isSecret = false
        package var help = ""
    }

    package struct Interface: Sendable, Equatable {
        package var name = ""
        /// Bytes of its table, as the plugin says; nil when it is in the note and not to be had.
        package var size: UInt64?
    }
}

extension PluginDescription {
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("threads", threads)
            writer.member("summary", summary)
            writer.member("settings", settings) { writer, setting in
                writer.object { writer in
                    writer.member("key", setting.key)
                    writer.member("type", setting.type)
                    writer.member("required", setting.isRequired)
                    writer.member("secret", setting.isSecret)
                    writer.member("default", ifPresent: setting.standard)
                    writer.member("help", setting.help)
                }
            }
            writer.member("interfaces", interfaces) { writer, interface in
                writer.object { writer in
                    writer.member("name", interface.name)
                    if let size = interface.size { writer.member("size", size) }
                }
            }
        }
    }

    init(_ object: JSONObject?) {
        let text = { (object: JSONObject?, key: String) in ((try? object?.optionalString(key)) ?? nil) }
        let flag = { (object: JSONObject?, key: String) in
            if case .bool(true) = object?[key] { true } else { false }
        }
        let objects = { (key: String) in
            if case .array(let values) = object?[key] { values.map(\.members) } else { [JSONObject?]() }
        }
        threads = text(object, "threads") ?? ""
        summary = text(object, "summary") ?? ""
        settings = objects("settings").map { setting in
            Setting(
                key: text(setting, "key") ?? "", type: text(setting, "type") ?? "", standard: text(setting, "default"),
                isRequired: flag(setting, "required"), isSecret: flag(setting, "secret"),
                help: text(setting, "help") ?? "")
        }
        interfaces = objects("interfaces").map { interface in
            var size: UInt64?
            if case .integer(let value) = interface?["size"] { size = UInt64(clamping: value) }
            return Interface(name: text(interface, "name") ?? "", size: size)
        }
    }
}
