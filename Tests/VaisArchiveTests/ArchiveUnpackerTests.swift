import ArchiveCorpus
import Glibc
import Testing

@testable import VaisArchive

@Suite("Unpacking") struct ArchiveUnpackerTests {
    private func unpacker(_ destination: String) throws -> ArchiveUnpacker {
        let unpacker = try ArchiveUnpacker(destination: destination)
        try unpacker.feed(HostileCase.plain())
        _ = try unpacker.finish()
        return unpacker
    }

    @Test("shows nothing under the final name before commit")
    func invisible() throws {
        let scratch = try ScratchFolder()
        let unpacker = try unpacker("\(scratch.path)/package")
        #expect(access("\(scratch.path)/package", F_OK) != 0)
        #expect(try unpacker.commit() == .placed)
        #expect(try scratch.read("package/src/main.vais") == Array("print(1)\n".utf8))
        #expect(try scratch.tree("").allSatisfy { $0.hasPrefix("package") })
    }

    @Test("removes the staged tree when it is let go")
    func letGo() throws {
        let scratch = try ScratchFolder()
        do { _ = try unpacker("\(scratch.path)/package") }
        #expect(try scratch.tree("").isEmpty)
    }

    @Test("cannot show what is not complete, nor the same tree twice")
    func commitNeedsTheEnd() throws {
        let scratch = try ScratchFolder()
        let half = try ArchiveUnpacker(destination: "\(scratch.path)/package")
        try half.feed(Array(HostileCase.plain().dropLast()))
        let error = #expect(throws: ArchiveError.self) { _ = try half.commit() }
        #expect(error?.code == .truncated)
        #expect(try scratch.tree("").isEmpty)
        let whole = try unpacker("\(scratch.path)/package")
        #expect(try whole.commit() == .placed)
        #expect(throws: ArchiveError.self) { _ = try whole.commit() }
    }

    @Test("leaves a complete tree that came first, and removes its own")
    func secondComesLate() throws {
        let scratch = try ScratchFolder()
        let late = try unpacker("\(scratch.path)/package")
        try scratch.write("package/vais.toml", "first")
        #expect(try late.commit() == .alreadyThere)
        #expect(try scratch.read("package/vais.toml") == Array("first".utf8))
        #expect(try scratch.tree("").count == 2)
    }

    @Test("replaces an empty folder, which cannot be a package")
    func emptyDestination() throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("package")
        #expect(try unpacker("\(scratch.path)/package").commit() == .placed)
        #expect(try scratch.tree("package").count == 4)
    }

    @Test("does not follow a link, nor replace a file, in the destination's place")
    func linkInTheWay() throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("elsewhere")
        #expect(symlink("elsewhere", "\(scratch.path)/package") == 0)
        try scratch.write("file")
        for name in ["package", "file"] {
            let error = #expect(throws: ArchiveError.self) { _ = try unpacker("\(scratch.path)/\(name)").commit() }
            #expect(error?.code == .io)
        }
        #expect(try scratch.tree("elsewhere").isEmpty)
        #expect(try scratch.read("file") == Array("x\n".utf8))
    }

    @Test("needs the destination's parent, and a name")
    func badDestinations() throws {
        let scratch = try ScratchFolder()
        for destination in ["\(scratch.path)/missing/package", "/", "", "\(scratch.path)/.."] {
            let error = #expect(throws: ArchiveError.self) { _ = try ArchiveUnpacker(destination: destination) }
            #expect(error?.code == .io)
        }
        #expect(try unpacker("\(scratch.path)/package//").commit() == .placed)
    }

    @Test("at the same time by many leaves one tree, placed by one of them")
    func race() async throws {
        let scratch = try ScratchFolder()
        let destination = "\(scratch.path)/package"
        let archive = HostileCase.plain()
        let outcomes = try await withThrowingTaskGroup(of: StagingFolder.Outcome.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let unpacker = try ArchiveUnpacker(destination: destination)
                    try unpacker.feed(archive)
                    _ = try unpacker.finish()
                    return try unpacker.commit()
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == .placed } == 1)
        #expect(try scratch.tree("").filter { !$0.hasPrefix("package") }.isEmpty)
        #expect(try scratch.tree("package").count == 4)
    }

    @Test("10: gives files and folders the same modes under any umask", arguments: [0o077, 0o000, 0o027, 0o177])
    func umasks(_ mask: mode_t) throws {
        let scratch = try ScratchFolder()
        try scratch.write("archive.tar.gz", pack(Self.executablePackage(scratch)))
        let failure = OwnUmask(mask).run {
            _ = try ArchiveUnpacker.unpack(
                file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/unpacked")
        }
        #expect(failure == nil)
        let modes = try scratch.tree("").filter { $0.hasPrefix("unpacked") }.map { $0.split(separator: " ")[..<2] }
        #expect(
            modes == [
                ["unpacked/", "40755"], ["unpacked/bin/", "40755"], ["unpacked/bin/tool", "100755"],
                ["unpacked/vais.toml", "100644"],
            ])
    }

    private static func executablePackage(_ scratch: ScratchFolder) throws -> String {
        try scratch.write("package/vais.toml", HostileCase.manifest)
        try scratch.write("package/bin/tool", mode: 0o755)
        return "\(scratch.path)/package"
    }

    @Test("reports a full disk as the machine's fault and leaves nothing")
    func writeFails() throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("cache")
        let archive = HostileCase.plain()
        // A limit on file size makes `write` fail with EFBIG where a full disk would with ENOSPC. It would hold for
        // the whole process, so the destination is made unwritable instead: a folder of the archive's name in the way.
        let unpacker = try ArchiveUnpacker(destination: "\(scratch.path)/cache/package")
        let stage = try #require(try scratch.tree("cache").first?.split(separator: "/").first)
        try scratch.makeFolder("cache/\(stage)/vais.toml")
        let error = #expect(throws: ArchiveError.self) { try unpacker.feed(archive) }
        #expect(error?.code == .io && error?.blamesArchive == false)
        #expect(try scratch.tree("cache").isEmpty)
    }
}

@Suite("Staging") struct StagingFolderTests {
    @Test("is swept when its process has died, and only then")
    func sweeping() throws {
        let scratch = try ScratchFolder()
        let live = try StagingFolder(beside: "\(scratch.path)/cache-package")
        try scratch.write(".vais-stage-dead/a/b")
        try scratch.write(".vais-stage-dead/c")
        try scratch.write("package/vais.toml")
        #expect(StagingFolder.sweep(scratch.path) == 1)
        let left = try scratch.tree("").map { $0.split(separator: " ")[0] }
        #expect(left.contains("package/vais.toml"))
        #expect(left.filter { $0.hasPrefix(StagingFolder.prefix) }.count == 1)
        #expect(try live.commit() == .placed)
        #expect(StagingFolder.sweep(scratch.path) == 0)
        #expect(StagingFolder.sweep("\(scratch.path)/missing") == 0)
    }

    @Test("is swept without following links out of it")
    func sweepingLinks() throws {
        let scratch = try ScratchFolder()
        try scratch.write("outside/keep")
        try scratch.makeFolder("cache/.vais-stage-dead")
        #expect(symlink("../../outside", "\(scratch.path)/cache/.vais-stage-dead/link") == 0)
        #expect(symlink("../outside", "\(scratch.path)/cache/.vais-stage-link") == 0)
        #expect(StagingFolder.sweep("\(scratch.path)/cache") == 1)
        #expect(try scratch.read("outside/keep") == Array("x\n".utf8))
    }
}
