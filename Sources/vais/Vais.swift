internal import ArgumentParser
internal import VaisHost

/// The program: one subcommand for each thing it does. Every command states its name: ArgumentParser would make it of the type's, for
/// all commands at each start, and that took three quarters of the instructions of `vais --version`.
struct Vais: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vais",
        abstract: "The package manager and registry of the Vais language.",
        discussion:
            "`vais help <command>` explains a command. Exit status: 0 done, 1 your input, 2 usage, 3 network or registry, "
            + "4 integrity, 5 a check found a difference, 70 a fault of this program.",
        version: "vais \(HostIdentity.version)",
        groupedSubcommands: [
            CommandGroup(
                name: "Projects",
                subcommands: [
                    Init.self, New.self, Add.self, Remove.self, Lock.self, Install.self, Update.self, Tree.self,
                ]),
            CommandGroup(name: "Finding packages", subcommands: [Search.self, Info.self, Semver.self]),
            CommandGroup(
                name: "Publishing",
                subcommands: [
                    Package.self, Publish.self, YankCommand.self, Owner.self, Login.self, Logout.self, WhoAmI.self,
                ]),
            CommandGroup(name: "This installation", subcommands: [PluginCommand.self, RegistryCommand.self]),
        ])
}
