internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Owner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner", abstract: "Say who may publish a package.",
        subcommands: [List.self, Add.self, Remove.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Show a package's owners.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var registry: RegistryOptions
        @Flag(help: "Answer in JSON.") var json = false
        @Argument(help: "The package's name.", transform: PackageName.argument) var package: PackageName

        func run() async throws {
            let environment = try common.begin(json: json)
            let info = try await registry.withSession(environment, in: common.folder) { session in
                try await RegistryAccount(try session.connect()).info(package)
            }
            if json {
                Output.current.json { writer in
                    writer.key("owners")
                    writer.array { for owner in info.owners { $0.value(owner) } }
                }
            } else {
                for owner in info.owners { Output.current.data(printable(owner)) }
            }
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "add", abstract: "Add an owner.")
        @OptionGroup var change: OwnerChange

        func run() async throws {
            try await change.run { try await $0.addOwner(change.user, to: change.package) }
            Output.current.status("Added", "\(printable(change.user)) to the owners of \(change.package)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove an owner; the last one stays.")
        @OptionGroup var change: OwnerChange

        func run() async throws {
            try await change.run { try await $0.removeOwner(change.user, from: change.package) }
            Output.current.status("Removed", "\(printable(change.user)) from the owners of \(change.package)")
        }
    }
}

/// Whom to make an owner of what, or no longer, and where.
struct OwnerChange: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Argument(help: "The package's name.", transform: PackageName.argument) var package: PackageName
    @Argument(help: "The user's name.") var user: String

    func run(_ change: (RegistryAccount) async throws -> Void) async throws {
        try await registry.withSession(try common.begin(), in: common.folder) { session in
            try await change(RegistryAccount(try session.connect()))
        }
    }
}
