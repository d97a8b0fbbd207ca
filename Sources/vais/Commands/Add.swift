internal import ArgumentParser
internal import VaisClient
internal import VaisModel

struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Require packages.",
        discussion:
            "`vais add json` requires the newest release that fits, `vais add json@^1.2` what you say. vais.toml keeps its comments "
            + "and order; it changes only if everything can be resolved with it.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Only for developing this package.") var dev = false
    @Argument(help: "Packages, as `name` or `name@requirement`.", transform: PackageRequest.argument) var packages:
        [PackageRequest]

    func run() async throws {
        let environment = try common.begin()
        for package in packages {
            let project = try Project.find(from: common.folder)
            let (requirement, outcome) = try await registry.withSession(environment, project: project) { session in
                try await EditingDependencies(project, session)
                    .add(package.name, requirement: package.requirement, dev: dev)
            }
            Output.current.status("Added", "\(package.name) \(requirement)\(dev ? " for development" : "")")
            report(outcome.changes)
        }
    }
}

struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Stop requiring packages.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Of those for developing this package.") var dev = false
    @Argument(help: "Names of packages.", transform: PackageName.argument) var packages: [PackageName]

    func run() async throws {
        let environment = try common.begin()
        for package in packages {
            let project = try Project.find(from: common.folder)
            let outcome = try await registry.withSession(environment, project: project) { session in
                try await EditingDependencies(project, session).remove(package, dev: dev)
            }
            Output.current.status("Removed", "\(package)")
            report(outcome.changes)
        }
    }
}

/// Says which locked releases changed.
func report(_ changes: [Locking.Change]) {
    for change in changes {
        switch (change.before, change.after) {
        case (nil, let after?): Output.current.note("  + \(change.name) \(after)")
        case (let before?, nil): Output.current.note("  - \(change.name) \(before)")
        case (let before?, let after?): Output.current.note("  ~ \(change.name) \(before) -> \(after)")
        case (nil, nil): break
        }
    }
}
