import Glibc
import Testing
import VaisModel

@testable import VaisClient

@Suite("The record of what is installed")
struct InstalledRecordTests {
    /// A project with a dependency from a registry, one of that one's, and one from a folder.
    private static func installed() async throws -> TestProject {
        let registry = try TestRegistry()
        try registry.publish("c", "1.0.0")
        try registry.publish("a", "1.0.0", needs: ["c": "^1"])
        let project = try TestProject(registry, "a = \"^1\"\nlocal = { path = \"local\" }")
        for folder in ["local", "other"] {
            try project.folder.write(
                folder + "/vais.toml", "[package]\nname = \"local\"\nversion = \"0.1.0\"\n[dependencies]\nc = \"^1\"\n")
        }
        try await project.install()
        return project
    }

    private static func current(_ project: TestProject) throws -> Int? {
        try Installing(try project.project, project.session()).reportIfCurrent()?.packages
    }

    @Test("answers without a plugin while nothing has changed")
    func unchanged() async throws {
        let project = try await Self.installed()
        let loads = project.loads.names
        #expect(try Self.current(project) == 2)
        #expect(try await project.install(locked: true).isUpToDate)
        #expect(project.loads.names == loads)
    }

    @Test(
        "notices a change of anything that it stands for, after which an install makes it true again",
        arguments: Change.allCases)
    func noticesChanges(_ change: Change) async throws {
        let project = try await Self.installed()
        try change.make(project)
        #expect(try Self.current(project) == nil)
        try await project.install()
        #expect(try Self.current(project) == 2)
        #expect(project.installed("a/vais.toml") != nil && project.installed("c/vais.toml") != nil)
        #expect(project.installed("local/vais.toml") != nil)
    }

    enum Change: String, CaseIterable, CustomTestStringConvertible {
        case linkRemoved, linkReplaced, linkAdded, linksMoved, treeRemoved, cacheMoved
        case lockfileTouchedUp, requirementChanged, requirementAddedInFolder, folderChanged
        var testDescription: String { rawValue }

        func make(_ project: TestProject) throws {
            let links = project.folder.path + "/.vais/packages"
            switch self {
            case .linkRemoved: unlink(links + "/c")
            case .linkReplaced:
                unlink(links + "/c")
                symlink("/nowhere", links + "/c")
            case .linkAdded: symlink("/nowhere", links + "/more")
            case .linksMoved: rename(links, links + "-gone")
            case .treeRemoved: rename(project.cache + "/c/1.0.0/extracted", project.cache + "/c/1.0.0/gone")
            case .cacheMoved: rename(project.cache, project.cache + "-gone")
            case .lockfileTouchedUp: try project.folder.write("vais.lock", try #require(project.lockfile) + "# mine\n")
            case .requirementChanged: try project.manifest("a = \"^1.0.0\"\nlocal = { path = \"local\" }")
            case .requirementAddedInFolder:
                try project.folder.write(
                    "local/vais.toml",
                    "[package]\nname = \"local\"\nversion = \"0.1.0\"\n[dependencies]\nc = \"^1\"\na = \"^1\"\n")
            case .folderChanged: try project.manifest("a = \"^1\"\nlocal = { path = \"other\" }")
            }
        }
    }

    @Test(
        "is not trusted when the links may have changed in the same step of the clock",
        arguments: [0, -1, -1_000_000_000])
    func sameStep(_ nanoseconds: Int) async throws {
        let project = try await Self.installed()
        var status = stat()
        try #require(lstat(try project.project.packagesFolder, &status) == 0)
        var written = status.st_ctim
        written.tv_nsec += nanoseconds
        if written.tv_nsec < 0 {
            written.tv_nsec += 1_000_000_000
            written.tv_sec -= 1
        }
        let path = try project.project.statePath
        try #require(utimensat(AT_FDCWD, path, [written, written], 0) == 0)
        #expect(try Self.current(project) == nil)
        #expect(try await project.install(locked: true).isUpToDate)
        #expect(try Self.current(project) == 2)
    }

    @Test("means nothing for another registry or another home")
    func elsewhere() async throws {
        let project = try await Self.installed()
        let elsewhere = project.session(registry: try RegistryAddress(parsing: "https://elsewhere.test"))
        #expect(try Installing(try project.project, elsewhere).reportIfCurrent() == nil)
    }

    @Test("is no answer when it is cut off or damaged, whatever the byte")
    func damaged() async throws {
        let test = try await Self.installed()
        let project = try test.project
        let locking = try Locking(project, test.session())
        let basis = locking.basis
        let lockfile = try #require(try project.readLockfileText())
        let good = try #require(try Files.read(project.statePath))
        func answer(_ record: [UInt8]) throws -> Int? {
            try Files.write(record, to: project.statePath, durable: false)
            return InstalledRecord.packages(in: project, from: basis, and: lockfile, folder: locking.registries.folder)
        }
        #expect(try answer(good) == 2)
        for count in 0..<good.count { #expect(try answer(Array(good[..<count])) == nil, "cut after \(count) bytes") }
        for index in good.indices {
            var bad = good
            bad[index] ^= 0x20
            #expect(try answer(bad) == nil, "byte \(index)")
        }
        try await test.install()
        #expect(try Self.current(test) == 2)
    }
}

@Suite("Fields")
struct FieldTests {
    @Test("are read as they were written")
    func roundTrip() throws {
        var writer = FieldWriter()
        let fields: [[UInt8]] = [[], [0], Array("12:ab".utf8), Array(repeating: 7, count: 1000)]
        for field in fields { writer.append(field) }
        #expect(FieldReader.fields(of: writer.bytes).map { $0.map(Array.init) } == fields)
    }

    @Test(
        "with a length that is no number, too large or beyond the end are none",
        arguments: [
            ":", "a:", "-1:a", "1", "1:", "2:a", "1:a2:b", "99999999999999999999:a", "9223372036854775807:a", " 1:a",
        ])
    func refused(_ text: String) { #expect(FieldReader.fields(of: Array(text.utf8)) == nil) }
}
