import SeededRandom
import Testing

@Suite("Errors about a registry") struct RegistryTextTests {
    @Test("tell who refused what, and the next step")
    func texts() throws {
        let scratch = try ScratchFolder()
        let registry = try RegistryProcess(try User(scratch, home: "operator"))
        let token = try registry.adminToken()
        for package in [
            SamplePackage("json", "1.0.0"), SamplePackage("json", "1.1.0"), SamplePackage("two-words", "1.0.0"),
            SamplePackage("gone", "1.0.0"),
        ] {
            try #require(try registry.http.publish(package, token: token).status == 200)
        }
        let yank = try registry.http.send(
            "POST", "/api/v1/packages/gone/1.0.0/yank", headers: [("Authorization", "Bearer \(token)")])
        try #require(yank.status == 200)
        var user = try User(scratch)
        user.environment["VAIS_REGISTRY_URL"] = registry.url
        var transcript = Transcript(user)
        transcript.name(":\(registry.port)", "port")
        try scratch.write("app/vais.toml", "[package]\nname = \"json\"\nversion = \"1.0.0\"\n")

        transcript.passage("nobody is logged in")
        try transcript.run(["whoami"])
        try transcript.run(["publish"])
        transcript.passage("a wrong password")
        try transcript.run(["login", "--username", RegistryProcess.admin, "--password-stdin"], input: "wrong\n")
        transcript.passage("a token that is not one, and one that nobody has")
        user.environment["VAIS_REGISTRY_TOKEN"] = "secret"
        try transcript.run(["whoami"], as: user)
        user.environment["VAIS_REGISTRY_TOKEN"] = "vais_" + String(repeating: "0", count: 64)
        try transcript.run(["whoami"], as: user)
        try transcript.run(["publish"], as: user)
        user.environment["VAIS_REGISTRY_TOKEN"] = token

        transcript.passage("a release that exists, with other contents")
        try transcript.run(["publish"], as: user)
        transcript.passage("a name that looks like another's")
        try scratch.write("app/vais.toml", "[package]\nname = \"two_words\"\nversion = \"1.0.0\"\n")
        try transcript.run(["publish"], as: user)
        transcript.passage("packages and people that do not exist")
        try transcript.run(["info", "jsn"], as: user)
        try transcript.run(["info", "two_words"], as: user)
        try transcript.run(["add", "jsn"], as: user)
        try transcript.run(["add", "two_words"], as: user)
        try transcript.run(["yank", "json@9.0.0"], as: user)
        try transcript.run(["owner", "add", "json", "nobody"], as: user)
        try transcript.run(["owner", "remove", "json", RegistryProcess.admin], as: user)
        transcript.passage("every release is yanked")
        try transcript.run(["add", "gone"], as: user)
        try transcript.run(["add", "gone@^1"], as: user)
        transcript.passage("no release fits")
        try transcript.run(["add", "json@^3"], as: user)
        transcript.passage("offline, and not in the cache")
        scratch.remove("home/.vais")
        try transcript.run(["add", "json", "--offline"], as: user)
        try transcript.run(["search", "json", "--offline"], as: user)
        #expect(try scratch.text("app/vais.toml").contains("json") == false, "nothing was added")

        try #require(try registry.stop() == .exit(0))
        transcript.passage("the server is down")
        for command in [["search", "json"], ["add", "json"], ["publish"], ["whoami"]] {
            try transcript.run(command, as: user)
        }
        try transcript.expectGolden("errors-registry.txt")
    }

    @Test("about bytes that are not the ones expected leave nothing behind")
    func integrity() throws {
        let user = try User(try ScratchFolder())
        let package = SamplePackage("json", "1.0.0", contents: Array("good".utf8))
        let registry = try FolderOfPackages(user.scratch, [package])
        var transcript = Transcript(user)
        try user.scratch.write(
            "app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\njson = \"1\"\n")
        let other = SamplePackage("json", "1.0.0", contents: Array("evil".utf8))
        let replacements = [
            ("another archive", other.archive), ("the archive cut off", Array(package.archive.dropLast(30))),
            ("nothing", []), ("much more", package.archive + [UInt8](repeating: 0, count: 100_000)),
        ]
        for (title, archive) in replacements {
            try registry.replace("json", "1.0.0", with: archive)
            transcript.passage("\(title) in the place of the archive")
            try transcript.run(["install"] + registry.option)
            #expect(!user.scratch.exists("app/vais.lock"), "\(title)")
            #expect(!user.scratch.exists("app/.vais/packages/json"), "\(title)")
        }
        transcript.passage("there is no registry in the folder")
        try transcript.run(["install", "--registry", "file://\(user.scratch("nowhere"))"])
        try transcript.expectGolden("errors-integrity.txt")
    }

    @Test("about a disk that is full say so, and change nothing")
    func fullDisk() throws {
        let user = try User(try ScratchFolder())
        var random = SeededGenerator(seed: 7)
        let contents = (0..<100_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let names = ["json", "alpha", "beta", "gamma"]
        let registry = try FolderOfPackages(
            user.scratch, names.map { SamplePackage($0, "1.0.0", contents: contents) })
        var transcript = Transcript(user)
        let manifest =
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n# \(String(repeating: "-", count: 600))\n[dependencies]\n"
            + names.map { "\($0) = \"1\"\n" }.joined()
        try user.scratch.write("app/vais.toml", manifest.replacing(#/(?:alpha|beta|gamma) = .*/#, with: ""))
        transcript.passage("while an archive is downloaded")
        try transcript.run(["install", "--quiet"] + registry.option, fileBlocks: 8)
        try user.scratch.write("app/vais.toml", manifest)
        #expect(!user.scratch.exists("app/vais.lock"))
        transcript.passage("while the lockfile is written")
        try transcript.run(["lock", "--quiet"] + registry.option, fileBlocks: 1)
        #expect(!user.scratch.exists("app/vais.lock"))
        try user.succeed(["install"] + registry.option, in: "app")
        let lock = try user.scratch.read("app/vais.lock")
        transcript.passage("while the manifest is written")
        try transcript.run(["remove", "json", "--quiet"] + registry.option, fileBlocks: 1)
        #expect(try user.scratch.text("app/vais.toml") == manifest)
        #expect(try user.scratch.read("app/vais.lock") == lock)
        transcript.passage("while a package is packed")
        try user.scratch.write("app/data.bin", contents)
        try transcript.run(["publish", "--dry-run", "--quiet"] + registry.option, fileBlocks: 8)
        let output = try user.run(program: ["sh", "-c", "exec \"$0\" tree > /dev/full", try Program.path()], in: "app")
        #expect(output.end == .exit(1))
        #expect(output.errors.contains("error: cannot write to standard output"), "\(output.errors)")
        #expect(FileBytes.list(user.scratch("home/.vais/tmp")).isEmpty, "nothing temporary is left")
        try transcript.expectGolden("errors-disk.txt")
    }
}
