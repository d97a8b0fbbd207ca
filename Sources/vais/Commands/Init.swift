internal import ArgumentParser
internal import VaisClient
internal import VaisModel

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a package of this folder.",
        discussion: "Writes vais.toml, and a first source file where there is none.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The package's name; the folder's by default.", transform: PackageName.argument) var name:
        PackageName?

    func run() async throws {
        _ = try common.begin()
        let name = try self.name ?? NewProject.name(for: common.folder)
        try NewProject.create(in: common.folder, name: name)
        Output.current.status("Created", "package `\(name)`")
    }
}
