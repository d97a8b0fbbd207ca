import SeededRandom
import Testing
import VaisModel

@Suite("Lockfiles") struct LockfileTests {
    @Test("the canonical text reads and writes as itself")
    func canonical() throws {
        let lockfile = try Lockfile(LockfileSamples.text)
        #expect(String(decoding: lockfile.encoded(), as: UTF8.self) == LockfileSamples.text)
        #expect(lockfile.packages.map(\.release.description) == ["check@0.1.0", "left-pad@1.3.0", "web@2.0.0-rc.1+b"])
        let web = try #require(lockfile[PackageName(parsing: "web")])
        #expect(web.registry == "corp" && web.size == 9_223_372_036_854_775_807 && web.published == nil)
        #expect(web.dependencies.map(\.text) == ["check", "left-pad"])
        #expect(web.checksum.hex == LockfileSamples.digest("b"))
        let pad = try #require(lockfile[PackageName(parsing: "left-pad")])
        #expect(try pad.published == Timestamp(parsing: "2026-03-01T12:00:00Z"))
        #expect(try lockfile[PackageName(parsing: "absent")] == nil)
        #expect(lockfile.requirements.map(\.description) == ["left-pad ^1.2", "web >=1, <3 (corp)", "check *"])
        #expect(lockfile.requirements.map(\.kind) == [.normal, .normal, .dev])
    }

    @Test("an empty lockfile is one, too")
    func empty() throws {
        let lockfile = Lockfile(requirements: [], packages: [])
        #expect(try Lockfile(parsing: lockfile.encoded(), file: "x") == lockfile)
    }

    @Test("whatever was put in comes out, in one order, from any order")
    func roundTrip() throws {
        var random = SeededGenerator(seed: 3)
        for round in 0..<50 {
            let names = (0..<Int.random(in: 1...30, using: &random)).map { "p\($0)" }
            let packages = try names.map { name in
                LockedPackage(
                    name: try PackageName(parsing: name),
                    version: try Version(parsing: random.pick(["1.0.0", "0.2.0-rc.1", "3.0.0+b.1"])),
                    registry: random.pick(["default", "corp"]),
                    checksum: try Checksum(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }),
                    size: .random(in: 0...(.max), using: &random),
                    published: random.chance(50)
                        ? Timestamp(microseconds: .random(in: 0...4_000_000_000_000_000, using: &random)) : nil,
                    dependencies: try names.filter { _ in random.chance(20) }.map { try PackageName(parsing: $0) })
            }
            let requirements = try names.prefix(3).map { name in
                LockedRequirement(
                    name: try PackageName(parsing: name),
                    requirement: try Requirement(parsing: random.pick(["*", ">=1, <2", "~1.2.3-a"])),
                    registry: random.pick(["default", "corp"]), kind: random.pick(LockedRequirement.Kind.allCases))
            }
            let lockfile = Lockfile(requirements: requirements, packages: packages)
            let bytes = lockfile.encoded()
            #expect(try Lockfile(parsing: bytes, file: "x") == lockfile, "seed 3, round \(round)")
            let shuffled = Lockfile(
                requirements: requirements.shuffled(using: &random), packages: packages.shuffled(using: &random))
            #expect(shuffled.encoded() == bytes, "seed 3, round \(round)")
        }
    }

    @Test("71: CRLF, indentation and order read the same")
    func tolerance() throws {
        let lockfile = try Lockfile(LockfileSamples.text)
        let lines = LockfileSamples.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(try Lockfile(lines.joined(separator: "\r\n")) == lockfile)
        #expect(try Lockfile(lines.map { "\t" + $0 + "  " }.joined(separator: "\n")) == lockfile)
        let blocks = LockfileSamples.text.split(separator: "\n[[package]]\n")
        let reordered = [blocks[0], blocks[3], blocks[1], blocks[2]].joined(separator: "\n\n[[package]]\n")
        #expect(try Lockfile(reordered) == lockfile)
    }

    @Test("the text is TOML to everyone else")
    func isTOML() throws {
        let document = try TOML.parse(Array(LockfileSamples.text.utf8))
        #expect(document.root.entries.map(\.key) == ["format", "minimum-reader", "root", "package"])
    }

    @Test("a changed version changes its own lines only")
    func smallDiffs() throws {
        let lockfile = try Lockfile(LockfileSamples.text)
        var packages = lockfile.packages
        packages[1].version = try Version(parsing: "1.3.1")
        packages[1].checksum = try Checksum(parsing: LockfileSamples.digest("e"))
        let changed = Lockfile(requirements: lockfile.requirements, packages: packages).encoded()
        let before = lockfile.encoded().split(separator: UInt8(ascii: "\n"))
        let after = changed.split(separator: UInt8(ascii: "\n"))
        #expect(before.count == after.count)
        #expect(zip(before, after).filter { $0 != $1 }.count == 2)
    }

    @Test("72: freshness compares the manifest's requirements with the lockfile's, in any order")
    func freshness() throws {
        let lockfile = try Lockfile(LockfileSamples.text)
        let dev = "\n[dev-dependencies]\ncheck = \"*\"\n"
        func isFresh(_ text: String) throws -> Bool { lockfile.isFresh(for: try Manifest("[dependencies]\n" + text)) }
        let web = "web = { version = \">=1, <3\", registry = \"corp\" }\n"
        #expect(try isFresh("left-pad = \"^1.2\"\n" + web + dev))
        #expect(try isFresh(web + "left-pad = { version = \"^1.2\", registry = \"default\", optional = true }\n" + dev))
        #expect(try isFresh("local = { path = \"../local\" }\nleft-pad = \"^1.2\"\n" + web + dev))
        #expect(try !isFresh("left-pad = \"^1.3\"\n" + web + dev))
        #expect(try !isFresh("left-pad = \"^1.2\"\nweb = \">=1, <3\"\n" + dev))
        #expect(try !isFresh("left-pad = \"^1.2\"\n" + web))
        #expect(try !isFresh("left-pad = \"^1.2\"\ncheck = \"*\"\n" + web))
        #expect(try !isFresh("left-pad = \"^1.2\"\nmore = \"1\"\n" + web + dev))
        #expect(try !isFresh("left-pad = \"^1.2\"\n" + web + dev + "[overrides]\ncheck = \"=0.1.0\"\n"))
    }
}
