internal import ArgumentParser
internal import VaisClient
internal import VaisHost

/// A plugin's file, and the settings to open it with.
struct PluginFileOptions: ParsableArguments {
    @Option(
        help: "What the plugin is for: storage, digest or password; else what the file says of itself.",
        transform: { try kind($0) }) var kind: PluginKind?
    @Option(help: "A TOML file with the plugin's settings, as in [KIND.config] of plugins.toml.") var config: String?
    @Argument(help: "The plugin's file, such as ./libstorage-mine.so.") var file: String

    /// A file that a host would load, by its absolute path, what it is tried as, and the file of its settings.
    struct Checked {
        var plugin: String
        var kind: PluginKind
        var configuration: String?
    }

    /// The file, checked as a host checks it before any of its code runs.
    ///
    /// - Parameter kinds: those that can be tried.
    func checked(_ common: CommonOptions, for kinds: [PluginKind]) throws -> Checked {
        let plugin = absolute(file, common)
        let configuration = config.map { absolute($0, common) }
        let noted = (try? PluginInspection(plugin))?.note.flatMap { PluginKind(rawValue: $0.kind) }
        let kind = kind ?? noted ?? .storage
        guard kinds.contains(kind) else {
            let words = kinds.map(\.rawValue).joined(separator: ", ")
            throw ClientError(
                .usage, "this is for plugins of kind \(words), not \(kind.rawValue)",
                hint: "`vais plugin inspect` shows what a file is for")
        }
        let choice = try PluginChoice(kind, file: plugin, settings: configuration)
        let file = try PluginFile.checking(plugin, for: choice)
        return Checked(plugin: file.path, kind: kind, configuration: configuration)
    }

    /// Options that make another run open the plugin as this one does.
    var repeating: [String] {
        [shellWord(file)] + (kind.map { ["--kind", $0.rawValue] } ?? [])
            + (config.map { ["--config", shellWord($0)] } ?? [])
    }

    private func absolute(_ path: String, _ common: CommonOptions) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : common.folder + "/" + path
    }

    private static func kind(_ text: String) throws -> PluginKind {
        guard let kind = PluginKind(rawValue: text) else {
            let kinds = PluginKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("`\(printable(text))` is no kind of plugin\nhint: the kinds are \(kinds)")
        }
        return kind
    }
}

/// A word as a shell takes it.
func shellWord(_ text: String) -> String {
    let isPlain =
        !text.isEmpty
        && text.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./+:@%,=".utf8.contains(byte)
        }
    return isPlain
        ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
