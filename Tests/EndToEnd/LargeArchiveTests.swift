import SeededRandom
import Testing

@Suite("An archive of 40 MB that cannot be compressed") struct LargeArchiveTests {
    private static let limit: UInt64 = 150 << 20

    @Test("is published and installed with server and client under 150 MB each")
    func boundedMemory() throws {
        let scratch = try ScratchFolder()
        var user = try User(scratch)
        let registry = try RegistryProcess(user)
        user.environment["VAIS_REGISTRY_URL"] = registry.url
        user.environment["VAIS_REGISTRY_TOKEN"] = try registry.adminToken()
        try writeLargePackage(scratch)

        try measured(user, ["publish"], in: "large")
        let size = try registry.http.send("HEAD", "/api/v1/packages/large/1.0.0.tar.gz")["content-length"].flatMap {
            Int($0)
        }
        #expect((size ?? 0) >= 40_000_000, "the archive has \(size ?? 0) bytes")
        #expect(try registry.residentBytes() < Self.limit, "the server, after the publish")

        try scratch.write(
            "app/vais.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\n\n[dependencies]\nlarge = \"1\"\n")
        try measured(user, ["install"], in: "app")
        #expect(try registry.residentBytes() < Self.limit, "the server, after the install")
        let same = try user.run(
            program: ["cmp", scratch("large/data.bin"), scratch("app/.vais/packages/large/data.bin")])
        #expect(same.isSuccess, "\(same.output)")
        #expect(try registry.stop() == .exit(0))
    }

    private func writeLargePackage(_ scratch: ScratchFolder) throws {
        try scratch.write("large/vais.toml", "[package]\nname = \"large\"\nversion = \"1.0.0\"\n")
        var random = SeededGenerator(seed: 40)
        let bytes = [UInt8](unsafeUninitializedCapacity: 40_000_000) { buffer, count in
            count = buffer.count / 8 * 8
            let words = UnsafeMutableRawBufferPointer(buffer).bindMemory(to: UInt64.self)
            for index in 0..<(count / 8) { words[index] = random.next() }
        }
        try scratch.write("large/data.bin", bytes)
    }

    /// Runs the command under a small parent that reads what the kernel says of its memory: a child of this process would begin with
    /// this process's peak.
    private func measured(_ user: User, _ command: [String], in folder: String) throws {
        let script = """
            import resource, subprocess, sys
            status = subprocess.run(sys.argv[1:]).returncode
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            sys.exit(status)
            """
        let outcome = try user.run(program: ["python3", "-c", script, try Program.path()] + command, in: folder)
        try #require(outcome.isSuccess, "\(outcome.errors)")
        let kilobytes = try #require(outcome.output.split(separator: "\n").last.flatMap { UInt64($0) })
        #expect(kilobytes << 10 < Self.limit, "vais \(command[0]) used \(kilobytes >> 10) MB")
    }
}
