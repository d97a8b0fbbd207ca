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
            let session = try registry.session(environment)
            let info = try await RegistryAccount(try session.connect()).info(package)
            await session.transport.close()
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
        @OptionGroup var common: CommonOptions
        @OptionGroup var registry: RegistryOptions
        @Argument(help: "The package's name.", transform: PackageName.argument) var package: PackageName
        @Argument(help: "The user's name.") var user: String

        func run() async throws {
            let environment = try common.begin()
            let session = try registry.session(environment)
            try await RegistryAccount(try session.connect()).addOwner(user, to: package)
            await session.transport.close()
            Output.current.status("Added", "\(printable(user)) to the owners of \(package)")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove an owner; the last one stays.")
        @OptionGroup var common: CommonOptions
        @OptionGroup var registry: RegistryOptions
        @Argument(help: "The package's name.", transform: PackageName.argument) var package: PackageName
        @Argument(help: "The user's name.") var user: String

        func run() async throws {
            let environment = try common.begin()
            let session = try registry.session(environment)
            try await RegistryAccount(try session.connect()).removeOwner(user, from: package)
            await session.transport.close()
            Output.current.status("Removed", "\(printable(user)) from the owners of \(package)")
        }
    }
}
