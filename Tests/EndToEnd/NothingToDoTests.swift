import Testing

@Suite("An install with nothing to do") struct NothingToDoTests {
    private static let count = 1000

    @Test("of 1,000 locked packages loads no plugin and opens no socket")
    func touchesNothing() throws {
        let scratch = try ScratchFolder()
        var user = try User(scratch)
        let registry = try write(scratch).option
        try user.succeed(["install"] + registry, in: "app")
        #expect(scratch.list("app/.vais/packages").count == Self.count)

        // Without options the argument parser is left out.
        try expectNothing(of: registry, as: user)
        user.environment["VAIS_REGISTRY_URL"] = registry.last
        try expectNothing(of: [], as: user)
        try expectNothing(of: ["--quiet"], as: user)
    }

    private func expectNothing(of options: [String], as user: User) throws {
        let scratch = user.scratch
        let before = try scratch.read("app/vais.lock")
        let outcome = try user.run(
            program: [
                "strace", "-f", "-qq", "-o", scratch("calls"), "-e", "trace=open,openat,socket,connect,execve",
                try Program.path(), "install",
            ] + options, in: "app")
        #expect(outcome.isSuccess, "\(outcome.errors)")
        #expect(outcome.errors.contains("Up to date") == !options.contains("--quiet"), "\(outcome.errors)")
        #expect(try scratch.read("app/vais.lock") == before)
        let calls = try scratch.text("calls").split(separator: "\n")
        #expect(calls.contains { $0.contains("vais.lock") }, "the calls were recorded")
        let plugins = ["libstorage-", "libtransport-", "libdigest-", "libpassword-", "plugins.toml"]
        for call in calls {
            #expect(!call.contains("socket(") && !call.contains("connect("), "\(call)")
            #expect(!plugins.contains { call.contains($0) }, "\(call)")
        }
        #expect(calls.count < 200, "it opens \(calls.count) files: none per package")
    }

    /// A project that requires everything in a registry.
    private func write(_ scratch: ScratchFolder) throws -> FolderOfPackages {
        let packages = (1...Self.count).map { SamplePackage("pack-\($0)", "1.0.0") }
        try scratch.write(
            "app/vais.toml",
            "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\n"
                + packages.map { "\($0.name) = \"^1\"\n" }.joined())
        return try FolderOfPackages(scratch, packages)
    }
}
