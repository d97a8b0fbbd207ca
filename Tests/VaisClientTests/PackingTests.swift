import Testing
import VaisModel

@testable import VaisClient

@Suite("Packing")
struct PackingTests {
    private static func package() throws -> TestProject {
        let project = try TestProject(try RegistryAddress(parsing: "file:///nowhere"))
        try project.folder.write("vais.toml", "[package]\nname = \"app\"\nversion = \"1.0.0\"\n")
        try project.folder.write("src/main.vais", "main\n")
        return project
    }

    @Test(
        "gives the same archive again where an earlier one lies",
        arguments: ["app-1.0.0.tar.gz", "odd [name] !#.tgz", "./x.tgz"])
    func repeated(_ output: String) throws {
        let project = try Self.package()
        let path = project.folder.path + "/" + output
        let first = try PackedPackage(try project.project, to: path, session: project.session())
        let second = try PackedPackage(try project.project, to: path, session: project.session())
        #expect(first.files.map(\.path) == ["src/main.vais", "vais.toml"])
        #expect(second.files.map(\.path) == first.files.map(\.path) && second.checksum == first.checksum)
    }

    @Test("leaves out archives of other versions of the package, and nothing that only looks like one")
    func otherVersions() throws {
        let project = try Self.package()
        for file in [
            "app-0.9.0-rc.1+b.tar.gz", "app-2.0.0.tar.gz", "app-data.tar.gz", "other-1.0.0.tar.gz",
            "src/app-1.0.0.tar.gz",
        ] {
            try project.folder.write(file, "x")
        }
        let packed = try PackedPackage(
            try project.project, to: project.home.path + "/out.tar.gz", session: project.session())
        #expect(
            packed.files.map(\.path)
                == ["app-data.tar.gz", "other-1.0.0.tar.gz", "src/app-1.0.0.tar.gz", "src/main.vais", "vais.toml"])
    }
}
