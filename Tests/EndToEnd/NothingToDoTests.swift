import Testing

@Suite("An install with nothing to do") struct NothingToDoTests {
    private static let count = 1000

    @Test("of 1,000 locked packages loads no plugin and opens no socket")
    func touchesNothing() throws {
        let scratch = try ScratchFolder()
        let user = try User(scratch)
        try writeRegistry(scratch)
        let registry = ["--registry", "file://\(scratch("registry"))"]
        try user.succeed(["install"] + registry, in: "app")
        #expect(scratch.list("app/.vais/packages").count == Self.count)

        let before = try scratch.read("app/vais.lock")
        let outcome = try user.run(
            program: [
                "strace", "-f", "-qq", "-o", scratch("calls"), "-e", "trace=open,openat,socket,connect,execve",
                try Program.path(), "install",
            ] + registry, in: "app")
        #expect(outcome.isSuccess, "\(outcome.errors)")
        #expect(outcome.errors.contains("Up to date"))
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

    /// A registry in a folder, and a project that requires everything in it.
    private func writeRegistry(_ scratch: ScratchFolder) throws {
        var entries: [String] = []
        var manifest = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\n"
        for number in 1...Self.count {
            let package = SamplePackage("pack-\(number)", "1.0.0")
            try scratch.write("registry/packages/\(package.name)/1.0.0.tar.gz", package.archive)
            entries.append(
                "{\"name\":\"\(package.name)\",\"versions\":[{\"version\":\"1.0.0\","
                    + "\"checksum\":\"\(package.checksum)\",\"size\":\(package.archive.count)}]}")
            manifest += "\(package.name) = \"^1\"\n"
        }
        try scratch.write("registry/index.json", "[\(entries.joined(separator: ","))]")
        try scratch.write("app/vais.toml", manifest)
    }
}
