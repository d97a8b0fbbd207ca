internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Login: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Keep a token for a registry.",
        discussion:
            "By user name and password, or a token you have. It is kept in ~/.vais/credentials.toml, readable by you alone, and sent "
            + "to this registry only.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Option(help: "Your user name.") var username: String?
    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @Flag(help: "Read a token from standard input, instead of name and password.") var tokenStdin = false

    func validate() throws {
        if tokenStdin, passwordStdin || username != nil {
            throw ValidationError("--token-stdin goes without --username and --password-stdin")
        }
        if passwordStdin, username == nil { throw ValidationError("--password-stdin needs --username") }
    }

    func run() async throws {
        let environment = try common.begin()
        try await registry.withSession(environment, in: common.folder) { session in
            if tokenStdin { try await storeToken(session) } else { try await logIn(session) }
        }
    }

    private func storeToken(_ session: Session) async throws {
        let address = session.defaultRegistry
        try await session.credentials.store(try Prompt.standardInput(), for: address, session.events)
        Output.current.status("Stored", "the token for \(address)")
    }

    private func logIn(_ session: Session) async throws {
        let address = session.defaultRegistry
        let connection = try session.connect()
        let name = try username ?? Prompt.line("User name")
        let password = try passwordStdin ? Prompt.standardInput() : Prompt.secret("Password")
        let response = try await RegistryAccount(connection).login(name, password: password)
        try await session.credentials.store(response.token, for: address, session.events)
        let end = response.expiresAt.map { ", until \($0.rfc3339.prefix(10))" } ?? ""
        Output.current.status("Logged in", "to \(address) as \(printable(response.user.username))\(end)")
    }
}

struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logout", abstract: "Forget the token of a registry.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions

    func run() async throws {
        let environment = try common.begin()
        try await registry.withSession(environment, in: common.folder) { session in
            let removed = try await session.credentials.remove(for: session.defaultRegistry, session.events)
            Output.current.status(
                removed ? "Logged out" : "Unchanged",
                removed ? "of \(session.defaultRegistry)" : "you were not logged in")
        }
    }
}

struct WhoAmI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "whoami", abstract: "Show whose token is in use.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        let environment = try common.begin(json: json)
        let user = try await registry.withSession(environment, in: common.folder) { session in
            try await RegistryAccount(try session.connect()).whoAmI()
        }
        if json {
            Output.current.json { $0.member("user", user) }
        } else {
            Output.current.data(printable(user.username))
        }
    }
}
