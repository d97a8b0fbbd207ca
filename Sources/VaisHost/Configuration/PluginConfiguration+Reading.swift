internal import VaisModel

extension PluginConfiguration {
    /// Takes over what the file says. Unknown and mistyped keys are errors, with line and nearest key.
    mutating func read(_ bytes: [UInt8]) throws(PluginError) {
        let document: TOML.Document
        do { document = try TOML.parse(bytes) } catch {
            throw PluginError(
                .configuration, "\(plainText(file)):\(error.line): \(error.message)",
                hint: "correct the line; the file is TOML 1.0")
        }
        let kinds = PluginKind.allCases.map(\.rawValue)
        for entry in document.root.entries {
            let key = ConfigurationKey(entry, in: file, path: [])
            if let kind = PluginKind(rawValue: entry.key) {
                choices[kind] = try choice(kind, try key.table(), key)
            } else if entry.key == "search" {
                search = try folders(key)
            } else if entry.key == "require_pins" {
                requirePins = try key.bool()
            } else {
                throw key.unknown(["search", "require_pins"] + kinds)
            }
        }
    }

    private func choice(_ kind: PluginKind, _ table: TOML.Table, _ section: ConfigurationKey) throws(PluginError)
        -> PluginChoice
    {
        guard let entry = table["plugin"] else {
            throw section.error("`[\(kind.rawValue)]` names no plugin", hint: "add a line `plugin = \"…\"` to it")
        }
        let plugin = ConfigurationKey(entry, in: file, path: [kind.rawValue])
        var choice = PluginChoice(
            kind, plugin: try PluginChoice.checkedName(try plugin.text(), plugin.origin), origin: plugin.origin)
        for entry in table.entries {
            let key = ConfigurationKey(entry, in: file, path: [kind.rawValue])
            switch entry.key {
            case "plugin": break
            case "sha256":
                choice.sha256 = try PluginChoice.checkedPin(try key.text(), key.origin)
                choice.pinOrigin = key.origin
            case "isolation": choice.isolation = try PluginIsolation(try key.text(), for: kind, key.origin)
            case "config":
                for setting in try key.table().entries {
                    let key = ConfigurationKey(setting, in: file, path: [kind.rawValue, "config"])
                    choice.settings.append(
                        ConfiguredSetting(
                            key: setting.key, content: try key.content(folder: parent(of: file)), origin: key.origin))
                }
            default: throw key.unknown(["plugin", "sha256", "isolation", "config"])
            }
        }
        return choice
    }

    private func folders(_ key: ConfigurationKey) throws(PluginError) -> [String] {
        var folders: [String] = []
        for text in try key.texts() {
            guard !text.isEmpty, !text.utf8.contains(0) else {
                throw key.error("`search` holds an empty folder", hint: "remove it")
            }
            folders.append(normalizedPath(text.utf8.first == UInt8(ascii: "/") ? text : parent(of: file) + "/" + text))
        }
        return folders
    }
}

extension PluginChoice {
    /// A name such as `storage-sqlite`, or an absolute path. Nothing that the dynamic loader or the working directory could resolve.
    static func checkedName(_ text: String, _ origin: Origin) throws(PluginError) -> String {
        if text.utf8.first == UInt8(ascii: "/"), !text.utf8.contains(0) { return text }
        let isName =
            (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
                    || $0 == UInt8(ascii: "_")
            }
        guard isName else {
            throw PluginError(
                .configuration, "\(origin): \(quoted(text)) is neither a plugin's name nor an absolute path",
                hint: "write a plugin's name, which is `x` for the file libx.so, or the whole path beginning with `/`")
        }
        return text
    }

    static func checkedPin(_ text: String, _ origin: Origin) throws(PluginError) -> String {
        let pin = text.lowercased()
        guard pin.utf8.count == 64, pin.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else {
            throw PluginError(
                .configuration, "\(origin): `sha256` must be 64 hexadecimal digits, found \(quoted(text))",
                hint: "`sha256sum FILE` prints the digest of a plugin's file")
        }
        return pin
    }
}
