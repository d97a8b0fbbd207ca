import Testing
import VaisModel

@Suite("Healing a lockfile") struct LockfileHealingTests {
    /// What git writes for two versions of a file whose changes overlap: each differing run of lines between markers.
    private func conflicted(_ ours: Lockfile, _ theirs: Lockfile, base: [String]? = nil, newline: String = "\n")
        -> String
    {
        let left = String(decoding: ours.encoded(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let right = String(decoding: theirs.encoded(), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let same = zip(left, right).prefix { $0 == $1 }.count
        let rest = zip(left.dropFirst(same).reversed(), right.dropFirst(same).reversed()).prefix { $0 == $1 }.count
        var lines = left[..<same].map(String.init)
        lines += ["<<<<<<< HEAD"] + left[same..<left.count - rest].map(String.init)
        if let base { lines += ["||||||| merged common ancestors"] + base }
        lines += ["======="] + right[same..<right.count - rest].map(String.init) + [">>>>>>> feature/x"]
        lines += left[(left.count - rest)...].map(String.init)
        return lines.joined(separator: newline)
    }

    private func heal(_ text: String) throws -> HealedLockfile {
        try Lockfile.parseHealing(Array(text.utf8), file: "vais.lock")
    }

    private func names(_ healed: HealedLockfile) -> [String] { healed.touched.map(\.text).sorted() }

    private let base: [LockedPackage]

    init() throws {
        base = try [LockfileSamples.package("a", "1.0.0"), LockfileSamples.package("m", "1.0.0")]
    }

    @Test("without markers nothing is touched")
    func clean() throws {
        let healed = try heal(LockfileSamples.text)
        #expect(try healed.lockfile == Lockfile(LockfileSamples.text))
        #expect(healed.touched.isEmpty && !healed.hadMarkers)
    }

    @Test(
        "71: two versions of one package give the higher one, and only that package is touched",
        arguments: ["\n", "\r\n"])
    func versions(_ newline: String) throws {
        let requirements = try [LockfileSamples.requirement("a", "1"), LockfileSamples.requirement("m", "1")]
        let ours = Lockfile(
            requirements: requirements, packages: try [base[0], LockfileSamples.package("m", "1.10.0", digest: "1")])
        let theirs = Lockfile(
            requirements: requirements, packages: try [base[0], LockfileSamples.package("m", "1.9.0", digest: "2")])
        for text in [
            conflicted(ours, theirs, newline: newline), conflicted(theirs, ours, newline: newline),
            conflicted(ours, theirs, base: ["version = \"1.0.0\"", "anything at all"], newline: newline),
        ] {
            let healed = try heal(text)
            #expect(healed.lockfile == ours)
            #expect(names(healed) == ["m"] && healed.hadMarkers)
        }
    }

    @Test("packages and requirements that one side added are kept and touched")
    func additions() throws {
        let shared = try LockfileSamples.requirement("a", "1")
        let ours = Lockfile(
            requirements: try [shared, LockfileSamples.requirement("m", "1"), LockfileSamples.requirement("x", "1")],
            packages: try base + [LockfileSamples.package("x", "1.0.0")])
        let theirs = Lockfile(
            requirements: try [shared, LockfileSamples.requirement("m", "2"), LockfileSamples.requirement("y", "1")],
            packages: try base + [LockfileSamples.package("y", "2.0.0", dependencies: ["a"])])
        let healed = try heal(conflicted(ours, theirs))
        #expect(healed.lockfile.packages.map(\.name.text) == ["a", "m", "x", "y"])
        #expect(healed.lockfile.requirements.map(\.description) == ["a 1", "m 1", "m 2", "x 1", "y 1"])
        #expect(names(healed) == ["m", "x", "y"])
        #expect(try Lockfile(parsing: healed.lockfile.encoded(), file: "x") == healed.lockfile)
    }

    @Test("sides that differ in nothing but text leave nothing to resolve, yet the file has to be written")
    func sameMeaning() throws {
        let text = LockfileSamples.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let both = text[..<3] + ["<<<<<<< a", "# one", "=======", "# other", ">>>>>>> b"] + text[3...]
        let healed = try heal(both.joined(separator: "\n"))
        #expect(healed.touched.isEmpty && healed.hadMarkers)
        #expect(try healed.lockfile == Lockfile(LockfileSamples.text))
    }

    @Test("one release with two checksums is never merged")
    func checksums() throws {
        let requirements = try [LockfileSamples.requirement("a", "1")]
        let ours = Lockfile(
            requirements: requirements, packages: try [LockfileSamples.package("a", "1.0.0", digest: "1")])
        let theirs = Lockfile(
            requirements: requirements, packages: try [LockfileSamples.package("a", "1.0.0", digest: "2")])
        let error = #expect(throws: ModelError.self) { try heal(conflicted(ours, theirs)) }
        #expect(error?.code == .integrity)
        #expect(error?.message == "the two sides have different checksums for a@1.0.0")
    }

    @Test(
        "markers that do not match are damage, with the line",
        arguments: [
            ("<<<<<<< a\n# x\n", 1), ("=======\n", 1), (">>>>>>> b\n", 1), ("<<<<<<< a\n>>>>>>> b\n", 2),
            ("<<<<<<< a\n<<<<<<< a\n=======\n>>>>>>> b\n", 2), ("<<<<<<< a\n=======\n=======\n>>>>>>> b\n", 3),
            ("<<<<<<< a\n=======\n||||||| base\n>>>>>>> b\n", 3),
        ])
    func broken(_ text: String, _ line: Int) {
        let error = #expect(throws: ModelError.self) { try heal(text + LockfileSamples.text) }
        #expect(error?.code == .lockfile && error?.line == line)
    }

    @Test("damage inside of one side is reported in its line of the file")
    func damagedSide() throws {
        let lines = LockfileSamples.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let text =
            lines[..<15] + ["<<<<<<< a", "version = \"0.1.0\"", "=======", "version = \"0.1\"", ">>>>>>> b"]
            + lines[16...]
        let error = #expect(throws: ModelError.self) { try heal(text.joined(separator: "\n")) }
        #expect(error?.code == .lockfile && error?.line == 19)
    }

    @Test("a newer format on either side is refused")
    func newer() throws {
        let text = "<<<<<<< a\nformat = 1\n=======\nformat = 2\n>>>>>>> b\n"
        let rest = LockfileSamples.text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
        let error = #expect(throws: ModelError.self) { try heal(text + rest.joined(separator: "\n")) }
        #expect(error?.code == .newerFormat)
    }
}
