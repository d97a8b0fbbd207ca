import Testing

@Suite("A registry that a project names") struct ProjectRegistryNameTests {
    @Test("is known by that name to every command that talks to a registry")
    func commands() throws {
        let user = try User(try ScratchFolder())
        let registry = try RegistryProcess(user)
        let published = try registry.http.publish(
            SamplePackage("json", "1.0.0"), token: try registry.adminToken())
        try #require(published.status == 200)
        try user.scratch.write(
            "app/vais.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[registries.corp]\nurl = \"\(registry.url)\"\n")
        try user.scratch.makeFolder("app/src")
        func run(_ arguments: [String], input: String? = nil) throws -> String {
            try user.succeed(arguments + ["--registry", "corp"], in: "app/src", input: input)
        }
        _ = try run(
            ["login", "--username", RegistryProcess.admin, "--password-stdin"], input: RegistryProcess.password + "\n")
        #expect(try run(["whoami"]) == RegistryProcess.admin + "\n")
        #expect(try run(["search", "json"]).contains("1.0.0"))
        #expect(try run(["info", "json"]).contains("json 1.0.0"))
        #expect(try run(["owner", "list", "json"]) == RegistryProcess.admin + "\n")
        _ = try run(["yank", "json@1.0.0"])
        _ = try run(["logout"])
        #expect(try user.run(["whoami", "--registry", "corp"], in: "app/src").errors.contains("you are not logged in"))
    }

    @Test("is not sent the token that the environment holds for the user's own registry")
    func environmentToken() throws {
        var user = try User(try ScratchFolder())
        let registry = try RegistryProcess(user)
        user.environment["VAIS_REGISTRY_TOKEN"] = try registry.adminToken()
        try user.scratch.write(
            "app/vais.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[registries.corp]\nurl = \"\(registry.url)\"\n")
        #expect(try user.run(["whoami", "--registry", "corp"], in: "app").errors.contains("you are not logged in"))
        #expect(try user.run(["whoami", "--registry", registry.url], in: "app").isSuccess)
    }

    @Test("is unknown where there is no project, and a project that cannot be read says so")
    func unknown() throws {
        let user = try User(try ScratchFolder())
        let nowhere = try user.run(["whoami", "--registry", "corp"])
        #expect(nowhere.end == .exit(2) && nowhere.errors.contains("no registry is named `corp`"), "\(nowhere.errors)")
        try user.scratch.write("app/vais.toml", "[package\n")
        let damaged = try user.run(["whoami", "--registry", "corp"], in: "app")
        #expect(damaged.end == .exit(1) && damaged.errors.contains("vais.toml:1"), "\(damaged.errors)")
        // Who names a URL needs no project.
        let url = try user.run(["logout", "--registry", "https://registry.example"], in: "app")
        #expect(url.isSuccess, "\(url.errors)")
    }
}
