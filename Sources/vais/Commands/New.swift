internal import ArgumentParser
internal import VaisClient
internal import VaisModel

struct New: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "new", abstract: "Make a new package in a new folder.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The package's name; the folder's by default.", transform: PackageName.argument) var name:
        PackageName?
    @Argument(help: "The folder to make.") var path: String

    func run() async throws {
        _ = try common.begin()
        let folder = path.hasPrefix("/") ? path : common.folder + "/" + path
        let name = try self.name ?? NewProject.name(for: folder)
        try NewProject.create(in: folder, name: name)
        Output.current.status("Created", "package `\(name)` in \(path)")
    }
}
