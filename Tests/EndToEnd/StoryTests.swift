import Testing
import VaisProtocol

/// The whole way of a package: from its author through a registry into somebody's project, with every backend loaded from plugins.toml.
@Suite("A registry and its clients") struct StoryTests {
    @Test(
        "work together on every store, chosen by one line of plugins.toml",
        arguments: ["storage-sqlite", "storage-memory", "storage-lmdb"])
    func onStores(_ storage: String) throws { try wholeStory(storage) }

    @Test("work together with each plugin but the store in a process of its own, by plugins.toml alone")
    func isolated() throws { try wholeStory("storage-sqlite", isolated: true) }

    private func wholeStory(_ storage: String, isolated: Bool = false) throws {
        let scratch = try ScratchFolder()
        var author = try User(scratch, home: "author", storage: storage, isolated: isolated)
        var registry = try RegistryProcess(author, options: ["--open-registration"])
        author.environment["VAIS_REGISTRY_URL"] = registry.url
        let warns = try scratch.text("data.log").contains(
            "warning: the store (dev.vais.storage-memory 0.1.0) is not durable: everything in it is gone when the server ends\n"
        )
        #expect(warns == (storage == "storage-memory"))
        let health = try registry.http.send("GET", "/health").body
        #expect(String(decoding: health, as: UTF8.self).contains("\"durability\":\"none\"") == warns)
        try publishing(author, registry)
        var consumer = try User(scratch, home: "consumer")
        consumer.environment["VAIS_REGISTRY_URL"] = registry.url
        try using(consumer)
        try yanking(author, consumer)
        try owners(author, registry)

        #expect(try registry.stop() == .exit(0), "SIGTERM drains")
        #expect(try String(decoding: scratch.read("data.log"), as: UTF8.self).contains("Stopped"))
        registry = try RegistryProcess(author, options: ["--open-registration"])
        if storage == "storage-memory" { return }
        consumer.environment["VAIS_REGISTRY_URL"] = registry.url
        try afterRestart(consumer)
        #expect(try registry.stop() == .exit(0))
    }

    private func publishing(_ author: User, _ registry: RegistryProcess) throws {
        try author.succeed(
            ["login", "--username", RegistryProcess.admin, "--password-stdin"], input: "\(RegistryProcess.password)\n")
        #expect(try author.succeed(["whoami"]) == "\(RegistryProcess.admin)\n")
        let mode = try author.run(program: ["stat", "-c", "%a", author.scratch("author/.vais/credentials.toml")])
        #expect(mode.output == "600\n", "credentials are for their owner alone")
        for (version, text) in [("1.0.0", "one"), ("1.1.0", "two")] {
            try writePackage(author, "leaf", version, text: text)
            try author.succeed(["publish"], in: "leaf")
        }
        try writePackage(author, "tree-top", "0.3.0", text: "top", dependencies: "leaf = \"^1\"\n")
        let tried = try author.succeed(["publish", "--dry-run", "--json"], in: "tree-top")
        #expect(try JSONValue(parsing: Array(tried.utf8)).object().string("outcome") == "dry_run")
        #expect(try registry.http.get("/api/v1/packages/tree-top").status == 404, "--dry-run published nothing")
        try author.succeed(["publish"], in: "tree-top")
        let again = try author.run(["publish"], in: "tree-top")
        #expect(again.isSuccess, "repeating a publish is safe")
        #expect(again.errors.contains("was there already"))
    }

    private func using(_ consumer: User) throws {
        #expect(try consumer.succeed(["search", "tree"]).contains("tree-top  0.3.0  A package for a test"))
        let info = try consumer.succeed(["info", "leaf"])
        #expect(info.hasPrefix("leaf 1.1.0\nA package for a test\n"))
        #expect(info.contains("owners: \(RegistryProcess.admin)\n"))
        try consumer.succeed(["new", "app"])
        try consumer.succeed(["add", "tree-top"], in: "app")
        #expect(try consumer.scratch.text("app/vais.toml").contains("tree-top = \"^0.3.0\"\n"))
        try consumer.succeed(["install"], in: "app")
        #expect(try consumer.scratch.text("app/.vais/packages/leaf/src/main.vais") == "two")
        #expect(try consumer.scratch.text("app/.vais/packages/tree-top/src/main.vais") == "top")
        #expect(
            try consumer.succeed(["tree"], in: "app") == "app 0.1.0\n└── tree-top 0.3.0\n    └── leaf 1.1.0\n")
        try consumer.succeed(["lock", "--check"], in: "app")
    }

    private func yanking(_ author: User, _ consumer: User) throws {
        try author.succeed(["yank", "leaf@1.1.0", "--message", "reads outside of its folder"])
        let lock = try consumer.scratch.read("app/vais.lock")
        consumer.scratch.remove("app/.vais")
        consumer.scratch.remove("consumer/.vais/registries")
        let locked = try consumer.run(["install", "--locked"], in: "app")
        #expect(locked.isSuccess, "a project that locks a yanked release keeps working: \(locked.errors)")
        #expect(locked.errors.contains("leaf@1.1.0 is locked and has been yanked"))
        #expect(try consumer.scratch.text("app/.vais/packages/leaf/src/main.vais") == "two")
        #expect(try consumer.scratch.read("app/vais.lock") == lock)
        try consumer.succeed(["new", "fresh"])
        try consumer.succeed(["add", "tree-top"], in: "fresh")
        #expect(try consumer.succeed(["tree"], in: "fresh").contains("leaf 1.0.0"), "a new resolution avoids it")
        try consumer.succeed(["update"], in: "app")
        #expect(try consumer.succeed(["tree"], in: "app").contains("leaf 1.0.0"), "update moves off it")
        try author.succeed(["yank", "leaf@1.1.0", "--undo"])
        try consumer.succeed(["update"], in: "app")
        #expect(try consumer.succeed(["tree"], in: "app").contains("leaf 1.1.0"))
    }

    private func owners(_ author: User, _ registry: RegistryProcess) throws {
        let created = try registry.http.send(
            "POST", "/api/v1/auth/register", headers: [("Content-Type", "application/json")],
            body: Array(#"{"username":"second","password":"another horse battery"}"#.utf8))
        try #require(created.status == 200, "\(created)")
        var second = try User(author.scratch, home: "second")
        second.environment["VAIS_REGISTRY_URL"] = registry.url
        try second.succeed(["login", "--username", "second", "--password-stdin"], input: "another horse battery\n")
        try writePackage(author, "leaf", "1.2.0", text: "three")
        #expect(try second.run(["publish"], in: "leaf").end == .exit(1), "a stranger may not publish")
        try author.succeed(["owner", "add", "leaf", "second"])
        #expect(try author.succeed(["owner", "list", "leaf"]) == "\(RegistryProcess.admin)\nsecond\n")
        try second.succeed(["publish"], in: "leaf")
        try author.succeed(["owner", "remove", "leaf", "second"])
        #expect(try author.succeed(["owner", "list", "leaf"]) == "\(RegistryProcess.admin)\n")
        #expect(try second.run(["yank", "leaf@1.0.0"]).end == .exit(1))
    }

    private func afterRestart(_ consumer: User) throws {
        #expect(try consumer.succeed(["info", "leaf"]).hasPrefix("leaf 1.2.0\n"), "the data was kept")
        consumer.scratch.remove("consumer/.vais")
        consumer.scratch.remove("app/.vais")
        try consumer.succeed(["install", "--locked"], in: "app")
        #expect(try consumer.scratch.text("app/.vais/packages/leaf/src/main.vais") == "two")
        consumer.scratch.remove("app/.vais")
        try consumer.succeed(["install", "--offline"], in: "app")
        #expect(try consumer.scratch.text("app/.vais/packages/tree-top/src/main.vais") == "top")
    }

    private func writePackage(
        _ user: User, _ name: String, _ version: String, text: String, dependencies: String = ""
    ) throws {
        try user.scratch.write(
            "\(name)/vais.toml",
            "[package]\nname = \"\(name)\"\nversion = \"\(version)\"\ndescription = \"A package for a test\"\n\n"
                + "[dependencies]\n\(dependencies)")
        try user.scratch.write("\(name)/src/main.vais", text)
    }
}
