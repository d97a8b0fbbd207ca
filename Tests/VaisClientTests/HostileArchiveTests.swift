import ArchiveCorpus
import Glibc
import Testing
import VaisClient
import VaisModel

/// The corpus of hostile archives (group A), through a whole install: from a folder, and over HTTP.
@Suite("A hostile archive") struct HostileArchiveTests {
    @Test("from a folder is exit 4 and leaves nothing", arguments: HostileCase.refused.filter { !$0.isLarge })
    func fromFolder(_ hostile: HostileCase) async throws {
        let folder = try TemporaryFolder()
        try Self.fill(folder, hostile)
        try await Self.refuse(hostile, TestProject(try RegistryAddress(parsing: "file://" + folder.path)))
    }

    @Test("over HTTP is exit 4 and leaves nothing", arguments: HostileCase.refused.filter { !$0.isLarge })
    func fromServer(_ hostile: HostileCase) async throws {
        let registry = try TestRegistry()
        try registry.publish(HostileCase.packageName, HostileCase.packageVersion, archive: hostile.bytes)
        try await Self.refuse(hostile, TestProject(try registry.address))
    }

    @Test("of megabytes is exit 4 and leaves nothing", .serialized, arguments: HostileCase.refused.filter(\.isLarge))
    func large(_ hostile: HostileCase) async throws {
        let folder = try TemporaryFolder()
        try Self.fill(folder, hostile)
        try await Self.refuse(hostile, TestProject(try RegistryAddress(parsing: "file://" + folder.path)), times: 1)
    }

    @Test("that only looks odd is installed, with the documented modes", arguments: HostileCase.accepted)
    func accepted(_ odd: HostileCase) async throws {
        let registry = try TestRegistry()
        try registry.publish(HostileCase.packageName, HostileCase.packageVersion, archive: odd.bytes)
        let project = try TestProject(try registry.address)
        try project.manifest("\(HostileCase.packageName) = \"^1\"")
        try await project.install()
        #expect(project.installed(HostileCase.packageName + "/vais.toml") != nil)
        let tree = project.cache + "/\(HostileCase.packageName)/\(HostileCase.packageVersion)/extracted"
        var status = stat()
        #expect(stat(tree, &status) == 0 && status.st_mode & 0o7777 == 0o755)
        #expect(stat(tree + "/vais.toml", &status) == 0 && status.st_mode & 0o7777 == 0o644)
    }

    private static func refuse(_ hostile: HostileCase, _ project: TestProject, times: Int = 2) async throws {
        try project.manifest("\(HostileCase.packageName) = \"^1\"")
        let before = project.folder.contents
        for _ in 0..<times {
            let error = await failure { try await project.install() }
            #expect(error?.code == .integrity, "\(error?.description ?? "")")
            #expect(error?.reason == hostile.expectedCode, "\(error?.description ?? "")")
            #expect(error?.message.contains("hostile@1.0.0") == true)
            #expect(project.folder.contents == before)
            #expect(project.temporaries == [])
            #expect(!project.home.contents.contains { $0.hasSuffix("/extracted") })
        }
    }

    private static func fill(_ folder: TemporaryFolder, _ hostile: HostileCase) throws {
        let bytes = hostile.bytes
        let (name, version) = (HostileCase.packageName, HostileCase.packageVersion)
        try folder.write("packages/\(name)/\(version).tar.gz", bytes)
        try folder.write(
            "index.json",
            "[{\"name\":\"\(name)\",\"versions\":[{\"version\":\"\(version)\",\"checksum\":\"\(try Plugins.checksum(of: bytes))\"}]}]"
        )
    }
}
