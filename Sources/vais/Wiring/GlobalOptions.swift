internal import ArgumentParser
internal import VaisClient
internal import VaisHost
internal import VaisModel

/// How a command speaks, and where it works.
struct CommonOptions: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say nothing but data, warnings and errors.") var quiet = false
    @Flag(name: .shortAndLong, help: "Also say what is asked of whom.") var verbose = false
    @Option(name: [.customShort("C"), .long], help: "Work as if started in this folder.") var directory: String?

    /// Sets up the output of this run, and answers what the environment says.
    func begin(json: Bool = false) throws -> [String: String] {
        let environment = processEnvironment()
        var output = Output(environment: environment)
        output.isQuiet = quiet
        output.isVerbose = verbose
        output.isJSON = json
        Output.current = output
        return environment
    }

    /// The folder to work in.
    var folder: String { Files.absolute(directory ?? ".") }
}

/// How a registry is reached.
struct RegistryOptions: ParsableArguments {
    @Option(help: "The registry's URL, or the name of one. [environment: VAIS_REGISTRY_URL]") var registry: String?
    @Flag(help: "Use only what is in the cache; never ask anybody. [environment: VAIS_OFFLINE]") var offline = false
    @Option(help: "The plugins.toml to use. [environment: VAIS_PLUGINS]") var plugins: String?

    /// Runs a command's work on a project, and ends the connections that it made, however it went.
    func withSession<T>(
        _ environment: [String: String], project: Project, _ work: (Session) async throws -> T
    ) async throws -> T {
        try await ending(session(environment, project: project), work)
    }

    /// As above, for work that needs no project. Where `--registry` gives a name that the user has not defined, the manifest of the project
    /// that `folder` lies in may define it.
    func withSession<T>(
        _ environment: [String: String], in folder: String, _ work: (Session) async throws -> T
    ) async throws -> T {
        try await ending(session(environment, folder: folder), work)
    }

    private func ending<T>(_ session: Session, _ work: (Session) async throws -> T) async throws -> T {
        do {
            let result = try await work(session)
            await session.transport.close()
            return result
        } catch {
            await session.transport.close()
            throw error
        }
    }

    /// What every operation needs. Plugins are loaded when an operation first needs them.
    func session(
        _ environment: [String: String], project: Project? = nil, folder: String? = nil
    ) throws -> Session {
        let home = try Home(environment: environment)
        let configuration = try UserConfiguration(file: home.configuration)
        let named = registry ?? environment["VAIS_REGISTRY_URL"].flatMap { $0.isEmpty ? nil : $0 }
        let (address, isUsersChoice) =
            try named.map {
                try resolve($0, configuration) { try project ?? folder.flatMap(Project.findIfAny) }
            } ?? (
                configuration.defaultRegistry ?? .standard, true
            )
        let output = Output.current
        let host = LazyPluginHost(explicit: plugins)
        return Session(
            home: home, defaultRegistry: address, overridesDefault: named != nil, registries: configuration.registries,
            isOffline: offline || ["1", "true"].contains(environment["VAIS_OFFLINE"] ?? ""),
            transport: LazyTransport { try host.get().loadTransport() },
            digester: LazyDigester { try host.get().loadDigest() },
            credentials: Credentials(
                file: home.credentials, environmentToken: environment["VAIS_REGISTRY_TOKEN"],
                // A project must not be able to name the place that the user's token goes to.
                for: isUsersChoice ? address : nil),
            events: Events(
                step: { output.step($0, $1) }, warning: { output.warning($0) }, request: { output.verbose($0) }))
    }

    /// The address, and whether the user wrote it, on the command line or in the own configuration, rather than a project.
    private func resolve(
        _ text: String, _ configuration: UserConfiguration, project: () throws -> Project?
    ) throws -> (RegistryAddress, isUsersChoice: Bool) {
        if text.contains("://") { return (try RegistryAddress(parsing: text), true) }
        if let address = configuration.registries[text] { return (address, true) }
        if let url = try project()?.manifest.registries[text] { return (try RegistryAddress(parsing: url), false) }
        throw ClientError(
            .usage, "no registry is named `\(printable(text))`",
            hint: "give its URL, or define `[registries.\(printable(text))]` with a `url` in vais.toml")
    }
}
