internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct YankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yank", abstract: "Hide a release from new resolutions.",
        discussion: "Projects that already lock the release keep working.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Make the release visible again.") var undo = false
    @Option(help: "Why, for those who have it locked.") var message: String?
    @Argument(help: "The release to hide, as name@version.", transform: ReleaseID.argument) var release: ReleaseID

    func run() async throws {
        let environment = try common.begin()
        try await registry.withSession(environment, in: common.folder) { session in
            try await RegistryAccount(try session.connect()).setYanked(!undo, release, Yank(message: message))
        }
        Output.current.status(undo ? "Unyanked" : "Yanked", "\(release)")
    }
}
