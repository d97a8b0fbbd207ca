internal import ArgumentParser
internal import VaisClient

/// `vais plugin new`.
struct PluginNew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a project for a storage plugin of your own.",
        discussion:
            "The project is a whole store, which keeps everything in memory, and the headers it needs: it builds as it is and passes `vais "
            + "plugin check`. Its README says how.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The language to write it in.") var lang: PluginLanguage
    @Option(help: "The folder to make; one of the plugin's name by default.") var dir: String?
    @Argument(help: "The plugin's name, such as storage-drawer.", transform: { try PluginName.argument($0) })
    var name: PluginName

    func run() async throws {
        _ = try common.begin()
        let shown = dir ?? name.text
        let folder = shown.utf8.first == UInt8(ascii: "/") ? shown : common.folder + "/" + shown
        try PluginTemplate(lang).write(name, to: folder)
        Output.current.status(
            "Created", "plugin `\(name.text)` in \(printable(shown)); its README.md says how to build it")
    }
}

/// What a template is written in.
enum PluginLanguage: String, CaseIterable, ExpressibleByArgument {
    case c, rust, swift
}

/// A plugin's name: what its file, its crate or product and its id end with.
struct PluginName {
    let text: String

    /// Two words at least: one alone may be a keyword or a library of the language.
    static func argument(_ text: String) throws -> PluginName {
        let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z"), digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        let isWhole =
            words.count > 1 && text.utf8.count <= 48
            && words.allSatisfy { word in
                word.first.map { letters.contains($0) } == true
                    && word.allSatisfy { letters.contains($0) || digits.contains($0) }
            }
        guard isWhole else {
            throw ValidationError(
                "`\(printable(text))` is no name for a plugin\nhint: use two or more words of a-z and 0-9, joined by `-`, in 48 bytes, as in storage-drawer"
            )
        }
        return PluginName(text: text)
    }
}
