/// Which plugin fills one place, and how it is set up.
package struct PluginChoice: Sendable {
    /// Where a piece of configuration was written.
    package enum Origin: Hashable, Sendable, CustomStringConvertible {
        case file(String, line: Int)
        case environment(String)

        package var description: String {
            switch self {
            case .file(let path, let line): "\(plainText(path)):\(line)"
            case .environment(let name): "the environment variable \(name)"
            }
        }
    }

    package var kind: PluginKind
    /// A name, found in the search folders, or an absolute path.
    package var plugin: String
    package var origin: Origin
    /// The SHA-256 its file must have, in lower-case hex.
    package var sha256: String?
    var pinOrigin: Origin
    package var isolation = PluginIsolation.none
    package var settings: [ConfiguredSetting]

    package init(_ kind: PluginKind, plugin: String, origin: Origin) {
        self.kind = kind
        self.plugin = plugin
        self.origin = origin
        pinOrigin = origin
        settings = []
    }

    /// Sets a key to a text from an environment variable of another name than the usual, in place of what is configured.
    package mutating func override(_ key: String, with text: String, from variable: String) {
        settings.removeAll { $0.key == key }
        settings.append(ConfiguredSetting(key: key, content: .untyped(text), origin: .environment(variable)))
    }
}

/// A setting as the operator wrote it; the plugin's schema has not seen it yet.
package struct ConfiguredSetting: Sendable {
    package enum Content: Sendable {
        case text(String)
        case integer(Int64)
        case double(Double)
        case bool(Bool)
        /// From an environment variable that overrides the key: text, to be read as whatever type the schema asks for.
        case untyped(String)
        /// The value of an environment variable.
        case fromEnvironment(String)
        /// The contents of a file, by its absolute path.
        case fromFile(String)
    }

    package var key: String
    package var content: Content
    package var origin: PluginChoice.Origin
}
