import Glibc
import SeededRandom
import Testing

@Suite("A disk that is full", .enabled(if: SmallDisk.isForRoot, "only root can mount a small disk to fill"))
struct FullDiskTests {
    /// Bytes that cannot be compressed.
    private static func noise(_ seed: UInt64, _ count: Int = 300_000) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("stops a client with one error, damages nothing, and stops it no longer once there is space")
    func client() throws {
        let scratch = try ScratchFolder()
        let disk = try SmallDisk(scratch, "disk", options: "size=8m,nr_inodes=300")
        var user = try User(scratch, home: "disk/home")
        user.wrapper = disk.entering
        let workshop = ClientWorkshop(disk: disk, user: user)
        let registry = try FolderOfPackages(
            scratch, [SamplePackage("json", "1.0.0", contents: Self.noise(1)), SamplePackage("small", "1.0.0")])
        var transcript = Transcript(user)
        try workshop.write("app/vais.toml", ClientWorkshop.manifest)

        for (title, bytes) in [("an archive is downloaded", 100_000), ("it is unpacked", 400_000)] {
            transcript.passage("while \(title)")
            try disk.leave(bytes: UInt64(bytes))
            try transcript.run(["install", "--quiet"] + registry.option, in: "disk/app")
            #expect(workshop.list("app") == ["vais.toml"], "\(title)")
            #expect(try workshop.temporaries() == [], "\(title)")
        }
        transcript.passage("when no file can be made")
        try disk.leave(bytes: 4 << 20)
        try workshop.takeInodes()
        try transcript.run(["install", "--quiet"] + registry.option, in: "disk/app")
        try workshop.giveInodes()
        #expect(try workshop.temporaries() == [])
        try disk.free()
        try user.succeed(["install"] + registry.option, in: "disk/app")
        #expect(try workshop.checksum("app/.vais/packages/json/src/main.vais") == SHA256.hex(Self.noise(1)))

        try disk.leave(bytes: 0)
        let before = (try workshop.read("app/vais.toml"), try workshop.read("app/vais.lock"))
        transcript.passage("while a requirement is added, and one is removed")
        try transcript.run(["add", "small", "--quiet"] + registry.option, in: "disk/app")
        try transcript.run(["remove", "json", "--quiet"] + registry.option, in: "disk/app")
        #expect(try workshop.read("app/vais.toml") == before.0)
        #expect(try workshop.read("app/vais.lock") == before.1)
        transcript.passage("while the lockfile is written")
        #expect(unlink("\(disk.path)/app/vais.lock") == 0)
        try disk.leave(bytes: 0)
        try transcript.run(["install", "--quiet"] + registry.option, in: "disk/app")
        #expect(!workshop.list("app").contains("vais.lock"))
        transcript.passage("while a token is stored")
        try transcript.run(
            ["login", "--token-stdin", "--registry", "https://registry.example"], in: "disk/app", input: "secret\n")
        #expect(!workshop.list("home/.vais").contains("credentials.toml"))
        transcript.passage("while a package is packed")
        try transcript.run(["publish", "--dry-run", "--quiet"] + registry.option, in: "disk/app")
        #expect(workshop.list("home/.vais/tmp") == [])
        #expect(try workshop.temporaries() == [])

        try disk.free()
        try user.succeed(["add", "small"] + registry.option, in: "disk/app")
        try user.succeed(["install", "--locked"] + registry.option, in: "disk/app")
        #expect(workshop.list("app/.vais/packages") == ["json", "small"])
        try user.succeed(["publish", "--dry-run"] + registry.option, in: "disk/app")
        try transcript.expectGolden("errors-full-disk.txt")
    }

    @Test("of a registry makes publishes 507 and nothing half visible, while reading goes on and until there is space")
    func server() throws {
        let scratch = try ScratchFolder()
        let disk = try SmallDisk(scratch, "disk", options: "size=32m")
        let user = try User(scratch)
        let registry = try RegistryProcess(user, data: "disk/data", wrapper: disk.entering)
        let http = registry.http
        let token = try registry.adminToken()
        let small = SamplePackage("small", "1.0.0")
        try #require(try http.publish(small, token: token).status == 200)

        try disk.leave(bytes: 100_000)
        let large = SamplePackage("large", "1.0.0", contents: Self.noise(2))
        let refused = try http.publish(large, token: token)
        #expect(refused.status == 507, "\(refused)")
        try expectAbsent(large, http)
        try expectWhole(small, http)
        try recordTexts(user, disk, registry, token)

        // From no space at all to enough: the blob, the log of the store and the store itself are met in turn.
        var published = [small]
        var refusals = 0
        for pages in 0..<24 {
            let package = SamplePackage("sweep-\(pages)", "1.0.0", contents: Array("\(pages)".utf8))
            try disk.leave(bytes: UInt64(pages) * 4096)
            let answer = try http.publish(package, token: token)
            switch answer.status {
            case 200: published.append(package)
            case 507:
                refusals += 1
                try expectAbsent(package, http)
            default: Issue.record("with \(pages) pages: \(answer)")
            }
            for package in published { try expectWhole(package, http) }
        }
        #expect(refusals > 0 && published.count > 1, "\(refusals) refused, \(published.count) published")

        try disk.free()
        for package in [large] + (0..<24).map({ SamplePackage("after-\($0)", "1.0.0") }) {
            let answer = try http.publish(package, token: token)
            #expect(answer.status == 200, "without a restart: \(answer)")
            published.append(package)
        }
        #expect(try registry.stop() == .exit(0))
        let next = try RegistryProcess(user, data: "disk/data", wrapper: disk.entering)
        for package in published { try expectWhole(package, next.http) }
        #expect(FileBytes.list("\(disk.path)/data/blobs/tmp").isEmpty)
        #expect(try next.stop() == .exit(0))
    }

    /// What the person who publishes sees, and the operator who starts another one there.
    private func recordTexts(_ user: User, _ disk: SmallDisk, _ registry: RegistryProcess, _ token: String) throws {
        var user = user
        user.environment["VAIS_REGISTRY_URL"] = registry.url
        user.environment["VAIS_REGISTRY_TOKEN"] = token
        var transcript = Transcript(user)
        transcript.name(":\(registry.port)", "port")
        try user.scratch.write("app/vais.toml", "[package]\nname = \"noise\"\nversion = \"1.0.0\"\n")
        try user.scratch.write("app/noise.bin", Self.noise(3))
        transcript.passage("the registry's disk is full")
        try transcript.run(["publish", "--quiet"])
        transcript.passage("a registry cannot be made where there is no space")
        try disk.leave(bytes: 0)
        user.wrapper = disk.entering
        try transcript.run(
            ["registry", "serve", "--data", user.scratch("disk/other"), "--listen", "127.0.0.1:0"], in: "", as: user)
        try transcript.expectGolden("errors-registry-full.txt")
    }

    private func expectAbsent(
        _ package: SamplePackage, _ http: HTTPClient, _ location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try RegistryViews(http, package.name).releases().isEmpty, sourceLocation: location)
        let answer = try http.get("/api/v1/packages/\(package.name)/\(package.version).tar.gz")
        #expect(answer.status == 404, sourceLocation: location)
    }

    private func expectWhole(
        _ package: SamplePackage, _ http: HTTPClient, _ location: SourceLocation = #_sourceLocation
    ) throws {
        let releases = try RegistryViews(http, package.name).releases().keys.sorted()
        #expect(releases == [package.version], "\(package.name)", sourceLocation: location)
        let answer = try http.get("/api/v1/packages/\(package.name)/\(package.version).tar.gz")
        #expect(answer.body == package.archive, "\(package.name)", sourceLocation: location)
    }
}

/// A home and a project on a small disk.
private struct ClientWorkshop {
    let disk: SmallDisk
    let user: User

    static let manifest =
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\ndescription = \"A test\"\nlicense = \"MIT\"\n\n[dependencies]\njson = \"1\"\n"

    func write(_ name: String, _ text: String) throws {
        let folder = "\(disk.path)/\(name.split(separator: "/").dropLast().joined(separator: "/"))"
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw Failure("mkdir: \(systemMessage())") }
        try FileBytes.write(Array(text.utf8), to: "\(disk.path)/\(name)")
    }

    func read(_ name: String) throws -> [UInt8] { try FileBytes.read("\(disk.path)/\(name)") }

    /// SHA-256 of a file as the disk's own processes see it, which follow links on it.
    func checksum(_ name: String) throws -> String {
        let outcome = try user.run(program: ["sha256sum", user.scratch("disk/\(name)")], in: "disk")
        guard outcome.isSuccess else { throw Failure(outcome.errors) }
        return String(outcome.output.prefix(64))
    }

    func list(_ name: String) -> [String] { FileBytes.list("\(disk.path)/\(name)") }

    /// What failures must not leave anywhere.
    func temporaries() throws -> [String] {
        let outcome = try user.run(
            program: ["find", "."] + [
                "(", "-name", "*.vais-tmp", "-o", "-name", "*.part", "-o", "-name", ".vais-*", ")",
            ],
            in: "disk")
        guard outcome.isSuccess else { throw Failure(outcome.errors) }
        return outcome.output.split(separator: "\n").map(String.init)
    }

    func takeInodes() throws {
        guard mkdir("\(disk.path)/inodes", 0o755) == 0 else { throw Failure("mkdir: \(systemMessage())") }
        for number in 0..<10_000 where mkdir("\(disk.path)/inodes/\(number)", 0o755) != 0 {
            guard errno == ENOSPC else { throw Failure("mkdir: \(systemMessage())") }
            return
        }
        throw Failure("there is no end of inodes")
    }

    func giveInodes() throws {
        guard try ChildProcess.run(["rm", "-rf", "\(disk.path)/inodes"]) == 0 else { throw Failure("rm") }
    }
}
