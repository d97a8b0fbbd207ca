import Glibc
import SeededRandom
import Testing
import VaisProtocol

@Suite("A registry that must stop, or cannot write") struct ServerEndTests {
    /// Bytes that cannot be compressed.
    private static let noise: [UInt8] = {
        var random = SeededGenerator(seed: 507)
        return (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }()

    @Test("finishes an upload that is under way when SIGTERM comes, and then ends")
    func drains() throws {
        let user = try User(try ScratchFolder())
        let registry = try RegistryProcess(user)
        let token = try registry.adminToken()
        let package = SamplePackage("late", "1.0.0", contents: Self.noise)
        let answer = try registry.http.publish(package, token: token) {
            for _ in 0..<1000 where user.scratch.list("data/blobs/tmp").isEmpty { usleep(10_000) }
            try #require(!user.scratch.list("data/blobs/tmp").isEmpty, "the upload has begun")
            registry.process.signal(SIGTERM)
            usleep(300_000)
            try #require(registry.process.poll() == nil, "it waits for the upload")
        }
        #expect(answer.status == 200, "\(answer)")
        #expect(try registry.process.wait() == .exit(0))
        let next = try RegistryProcess(user)
        #expect(try RegistryViews(next.http, "late").releases().keys.sorted() == ["1.0.0"])
        #expect(try next.stop() == .exit(0))
    }

    @Test("stores the downloads that it has counted before it ends")
    func counts() throws {
        let user = try User(try ScratchFolder())
        let registry = try RegistryProcess(user)
        let package = SamplePackage("counted", "1.0.0")
        try #require(try registry.http.publish(package, token: try registry.adminToken()).status == 200)
        for _ in 0..<3 { _ = try registry.http.get("/api/v1/packages/counted/1.0.0.tar.gz") }
        #expect(try registry.stop() == .exit(0))
        let next = try RegistryProcess(user)
        let info = try PackageInfo(parsing: try next.http.get("/api/v1/packages/counted").body)
        #expect(info.downloads == 3 && info.versions[0].downloads == 3)
        #expect(try next.stop() == .exit(0))
    }

    @Test("that may not grow its files refuses publishes and nothing else, and recovers by itself")
    func fullDisk() throws {
        let user = try User(try ScratchFolder())
        // The signal that goes with the limit is ignored, so that a write fails as on a full disk.
        let registry = try RegistryProcess(user, wrapper: ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        let http = registry.http
        let token = try registry.adminToken()
        let small = SamplePackage("small", "1.0.0")
        try #require(try http.publish(small, token: token).status == 200)

        let large = SamplePackage("large", "1.0.0", contents: Self.noise)
        try limitFiles(of: registry, "100000")
        let refused = try http.publish(large, token: token)
        #expect(refused.status == 507, "\(refused)")
        #expect(try RegistryViews(http, "large").releases().isEmpty, "nothing of it is visible")
        #expect(try http.get("/api/v1/packages/large/1.0.0.tar.gz").status == 404)
        #expect(try http.get("/api/v1/packages/small/1.0.0.tar.gz").body == small.archive, "reading goes on")
        #expect(user.scratch.list("data/blobs/tmp").isEmpty, "nothing temporary is left")

        try limitFiles(of: registry, "unlimited")
        #expect(try http.publish(large, token: token).status == 200, "without a restart")
        #expect(try http.get("/api/v1/packages/large/1.0.0.tar.gz").body == large.archive)
        #expect(try registry.stop() == .exit(0))
    }

    private func limitFiles(of registry: RegistryProcess, _ bytes: String) throws {
        let status = try ChildProcess.run(["prlimit", "--pid", "\(registry.process.pid)", "--fsize=\(bytes):unlimited"])
        try #require(status == 0, "prlimit")
    }
}
