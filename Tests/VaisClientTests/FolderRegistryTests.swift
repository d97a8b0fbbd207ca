import Testing
import VaisClient
import VaisModel

@Suite("A registry in a folder") struct FolderRegistryTests {
    private static func make(_ index: String, archives: [(String, String)]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var index = index
        for (name, version) in archives {
            let bytes = TestRegistry.archive(name, version)
            try folder.write("packages/\(name)/\(version).tar.gz", bytes)
            index = index.replacing("SUM(\(name)@\(version))", with: try Plugins.checksum(of: bytes).hex)
        }
        try folder.write("index.json", index)
        return folder
    }

    private static let original = """
        [{"name":"a","versions":[
            {"version":"1.0.0","checksum":"SUM(a@1.0.0)","dependencies":{"b":{"req":"^1.0","features":["x"]}}},
            {"version":"1.1.0","checksum":"SUM(a@1.1.0)","yanked":true}],"authors":["me"]},
         {"name":"b","versions":[{"version":"1.0.0","checksum":"SUM(b@1.0.0)","size":1}]},
         {"name":"c","versions":[{"version":"1.0.0","checksum":"SUM(c@1.0.0)","dependencies":{"b":"*"}}]}]
        """

    @Test("in the original layout installs without any network")
    func original() async throws {
        let folder = try Self.make(
            Self.original.replacing(",\"size\":1", with: ""),
            archives: [("a", "1.0.0"), ("a", "1.1.0"), ("b", "1.0.0"), ("c", "1.0.0")])
        let project = try TestProject(try RegistryAddress(parsing: "file://" + folder.path))
        try project.manifest("a = \"*\"\nc = \"^1\"")
        try await project.install()
        #expect(try project.locked == ["a@1.0.0", "b@1.0.0", "c@1.0.0"], "a yanked release is not chosen")
        #expect(project.installed("b/src/lib.vais") == "// b 1.0.0\n")
        #expect(project.loads.names == ["digest"])
        #expect(try await project.install().isUpToDate)
        #expect(project.loads.names == ["digest"])
    }

    @Test("whose index and archives disagree is exit 4")
    func disagreement() async throws {
        // The size is a lie.
        let short = try Self.make(
            Self.original, archives: [("a", "1.0.0"), ("a", "1.1.0"), ("b", "1.0.0"), ("c", "1.0.0")])
        let project = try TestProject(try RegistryAddress(parsing: "file://" + short.path))
        try project.manifest("b = \"*\"")
        #expect(await failure { try await project.install() }?.code == .integrity)
        // So is the checksum.
        let other = try Self.make(Self.original.replacing(",\"size\":1", with: ""), archives: [("b", "1.0.0")])
        try other.write("packages/b/1.0.0.tar.gz", TestRegistry.archive("b", "1.0.0", extra: ["more": "x"]))
        let second = try TestProject(try RegistryAddress(parsing: "file://" + other.path))
        try second.manifest("b = \"*\"")
        #expect(await failure { try await second.install() }?.code != nil)
        #expect(second.temporaries == [] && !Files.exists(second.folder.path + "/.vais"))
    }

    @Test("that is not there, is broken, or lacks an archive is exit 3")
    func broken() async throws {
        let folder = try TemporaryFolder()
        let project = try TestProject(try RegistryAddress(parsing: "file://" + folder.path))
        try project.manifest("b = \"*\"")
        #expect(await failure { try await project.install() }?.code == .network)
        try folder.write("index.json", "[{\"name\":\"b\",\"name\":\"c\",\"versions\":[]}]")
        #expect(await failure { try await project.install() }?.code == .network)
        let missing = try Self.make(
            Self.original.replacing(",\"size\":1", with: ""),
            archives: [("b", "1.0.0"), ("a", "1.0.0"), ("a", "1.1.0"), ("c", "1.0.0")])
        let again = try TestProject(try RegistryAddress(parsing: "file://" + missing.path))
        try again.manifest("b = \"*\"")
        try await again.lock()
        Files.remove(missing.path + "/packages/b/1.0.0.tar.gz")
        let error = await failure { try await again.install() }
        #expect(error?.code == .network && error?.hint?.contains("1.0.0.tar.gz") == true)
    }
}
