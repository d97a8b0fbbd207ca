import Glibc
import Testing

@Suite("Several programs that change one project or one home at once") struct ParallelEditTests {
    private static let head = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"

    @Test("add eight packages and remove four, and no line is lost")
    func addsAndRemoves() throws {
        let user = try User(try ScratchFolder())
        let added = (1...8).map { "new-\($0)" }
        let removed = (1...4).map { "old-\($0)" }
        let registry = try FolderOfPackages(user.scratch, (added + removed).map { SamplePackage($0, "1.0.0") }).option
        let before = Self.head + "\n[dependencies]\n" + removed.map { "\($0) = \"1\"\n" }.joined()
        for round in 1...3 {
            try user.scratch.write("app/vais.toml", before)
            let commands = added.map { ["add", $0] } + removed.map { ["remove", $0] }
            let outcomes = inParallel(commands.count) { index in
                Result { try user.run(commands[index] + registry, in: "app") }
            }
            for outcome in outcomes {
                let outcome = try outcome.get()
                #expect(outcome.isSuccess, "round \(round): \(outcome.errors)")
            }
            let manifest = try user.scratch.text("app/vais.toml")
            #expect(manifest == Self.head + "\n[dependencies]\n" + added.map { "\($0) = \"^1.0.0\"\n" }.joined())
            let check = try user.run(["lock", "--check"] + registry, in: "app")
            #expect(check.isSuccess, "the lockfile answers the manifest: \(check.errors)")
        }
    }

    @Test("add, lock, update and install, and end with a lockfile that answers the manifest")
    func mixed() throws {
        let user = try User(try ScratchFolder())
        let names = (1...6).map { "pack-\($0)" }
        let registry = try FolderOfPackages(user.scratch, names.map { SamplePackage($0, "1.0.0") }).option
        try user.scratch.write("app/vais.toml", Self.head)
        let commands = names.map { ["add", $0] } + [["lock"], ["update"], ["install"], ["lock", "--update"]]
        let outcomes = inParallel(commands.count) { index in
            Result { try user.run(commands[index] + registry, in: "app") }
        }
        for outcome in outcomes {
            let outcome = try outcome.get()
            #expect(outcome.isSuccess, "\(outcome.errors)")
        }
        let check = try user.run(["lock", "--check"] + registry, in: "app")
        #expect(check.isSuccess, "\(check.errors)")
        try user.succeed(["install", "--locked"] + registry, in: "app")
        #expect(user.scratch.list("app/.vais/packages") == names)
    }

    @Test("add a package each and install, and end with every one of them installed")
    func addAndInstall() throws {
        let user = try User(try ScratchFolder())
        let names = (1...6).map { "pack-\($0)" }
        let registry = try FolderOfPackages(user.scratch, names.map { SamplePackage($0, "1.0.0") }).option
        try user.scratch.write("app/vais.toml", Self.head)
        let outcomes = inParallel(names.count) { index in
            Result {
                try user.succeed(["add", names[index]] + registry, in: "app")
                try user.succeed(["install"] + registry, in: "app")
            }
        }
        for outcome in outcomes { try outcome.get() }
        #expect(user.scratch.list("app/.vais/packages") == names)
    }

    @Test("link what another one has locked meanwhile, and say that they wait for it")
    func installWaits() throws {
        let user = try User(try ScratchFolder())
        let registry = try FolderOfPackages(user.scratch, ["one", "two"].map { SamplePackage($0, "1.0.0") }).option
        for (folder, dependencies) in [("app", "one = \"1\"\n"), ("next", "one = \"1\"\ntwo = \"1\"\n")] {
            try user.scratch.write("\(folder)/vais.toml", Self.head + "\n[dependencies]\n" + dependencies)
            try user.succeed(["install"] + registry, in: folder)
        }
        user.scratch.remove("app/.vais")
        // With a fresh lockfile and a full cache it has only to link.
        let lock = open(user.scratch("app"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        let process = try ChildProcess(
            [try Program.path(), "install"] + registry, environment: user.environment,
            folder: user.scratch("app"), errors: user.scratch("said"))
        let notice = "Waiting for another process that changes \(user.scratch("app"))\n"
        while process.poll() == nil, try !user.scratch.text("said").contains(notice) { usleep(5000) }
        #expect(!user.scratch.exists("app/.vais"))
        for name in ["vais.toml", "vais.lock"] {
            try user.scratch.write("app/\(name)", try user.scratch.read("next/\(name)"))
        }
        flock(lock, LOCK_UN)
        #expect(try process.wait() == .exit(0))
        #expect(try user.scratch.text("said").split(separator: notice, omittingEmptySubsequences: false).count == 2)
        #expect(user.scratch.list("app/.vais/packages") == ["one", "two"])
    }

    @Test("log in to eight registries and out of four, and no token is lost")
    func logins() throws {
        let user = try User(try ScratchFolder())
        func url(_ index: Int) -> String { "https://registry-\(index).example" }
        for index in 8..<12 {
            try user.succeed(["login", "--token-stdin", "--registry", url(index)], input: "token-\(index)\n")
        }
        let outcomes = inParallel(12) { index in
            Result {
                index < 8
                    ? try user.run(
                        ["login", "--token-stdin", "--registry", "https://registry-\(index).example"],
                        input: "token-\(index)\n")
                    : try user.run(["logout", "--registry", "https://registry-\(index).example"])
            }
        }
        for outcome in outcomes {
            let outcome = try outcome.get()
            #expect(outcome.isSuccess, "\(outcome.errors)")
        }
        let kept = try user.scratch.text("home/.vais/credentials.toml")
        for index in 0..<12 { #expect(kept.contains("\"token-\(index)\"") == (index < 8), "\(index): \(kept)") }
        #expect(user.scratch.list("home/.vais") == ["credentials.toml"], "nothing else is left")
    }

    @Test("say once that they wait, and go on when the other has finished")
    func waiting() throws {
        let user = try User(try ScratchFolder())
        let registry = try FolderOfPackages(user.scratch, [SamplePackage("json", "1.0.0")]).option
        try user.scratch.write("app/vais.toml", Self.head)
        let lock = open(user.scratch("app"), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(lock) }
        try #require(flock(lock, LOCK_EX) == 0)
        let process = try ChildProcess(
            [try Program.path(), "add", "json"] + registry, environment: user.environment,
            folder: user.scratch("app"), errors: user.scratch("said"))
        let notice = "Waiting for another process that changes \(user.scratch("app"))\n"
        for _ in 0..<2000 where try !user.scratch.text("said").contains(notice) { usleep(5000) }
        #expect(try user.scratch.text("app/vais.toml") == Self.head)
        // What the other process writes meanwhile is kept.
        try user.scratch.write("app/vais.toml", Self.head + "license = \"MIT\"\n")
        flock(lock, LOCK_UN)
        #expect(try process.wait() == .exit(0))
        #expect(try user.scratch.text("said").split(separator: notice, omittingEmptySubsequences: false).count == 2)
        #expect(
            try user.scratch.text("app/vais.toml")
                == Self.head + "license = \"MIT\"\n\n[dependencies]\njson = \"^1.0.0\"\n")
    }
}
