internal import ArgumentParser
internal import VaisClient
internal import VaisHost

/// A plugin's file, and the settings to open it with.
struct PluginFileOptions: ParsableArguments {
    @Option(help: "What the plugin is for: storage.", transform: { try kind($0) }) var kind = PluginKind.storage
    @Option(help: "A TOML file with the plugin's settings, as in [storage.config] of plugins.toml.") var config: String?
    @Argument(help: "The plugin's file, such as ./libstorage-mine.so.") var file: String

    /// The file by an absolute path, checked as a host checks it before any of its code runs, and the settings' file.
    func checked(_ common: CommonOptions) throws -> (plugin: String, configuration: String?) {
        let plugin = absolute(file, common)
        let configuration = config.map { absolute($0, common) }
        let choice = try PluginChoice(kind, file: plugin, settings: configuration)
        return (try PluginFile.checking(plugin, for: choice).path, configuration)
    }

    /// Options that make another run open the plugin as this one does.
    var repeating: [String] { [shellWord(file)] + (config.map { ["--config", shellWord($0)] } ?? []) }

    private func absolute(_ path: String, _ common: CommonOptions) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : common.folder + "/" + path
    }

    private static func kind(_ text: String) throws -> PluginKind {
        guard let kind = PluginKind(rawValue: text) else {
            throw ValidationError("`\(printable(text))` is no kind of plugin\nhint: this kit is for storage plugins")
        }
        guard kind == .storage else {
            throw ValidationError("this kit is for storage plugins, not for those of kind \(kind.rawValue)")
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
