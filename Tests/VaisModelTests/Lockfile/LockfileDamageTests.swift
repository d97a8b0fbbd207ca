import SeededRandom
import Testing
import VaisModel

@Suite("Damaged lockfiles") struct LockfileDamageTests {
    struct Row: Sendable {
        let old: String
        let new: String
        let code: ModelError.Code
        let line: Int

        init(_ old: String, _ new: String, _ code: ModelError.Code, _ line: Int) {
            (self.old, self.new, self.code, self.line) = (old, new, code, line)
        }
    }

    private static let digestOfCheck = "sha256 = \"\(LockfileSamples.digest("c"))\""

    @Test(
        "each kind of damage has its code and its line",
        arguments: [
            // 67, 68: what an archive is verified by.
            Row(digestOfCheck + "\n", "", .integrity, 14),
            Row("sha256 = \"\(LockfileSamples.digest("b"))\"\n", "", .integrity, 31),
            Row("sha256 = \"cc", "md5 = \"cc", .integrity, 18), Row("sha256 = \"cc", "sha512 = \"cc", .integrity, 18),
            Row(digestOfCheck, "sha256 = \"cccc\"", .integrity, 18),
            Row("sha256 = \"cc", "sha256 = \"zz", .integrity, 18),
            Row("sha256 = \"cc", "sha256 = \"sha256:cc", .integrity, 18),
            Row(digestOfCheck, "sha256 = \"\"", .integrity, 18),
            // 74
            Row("format = 1", "format = 2", .newerFormat, 2),
            Row("minimum-reader = 1", "minimum-reader = 99999999999999999", .newerFormat, 3),
            Row("format = 1\n", "", .lockfile, 4), Row("minimum-reader = 1\n", "", .lockfile, 4),
            Row("format = 1", "format = 0", .lockfile, 5), Row("format = 1", "format = one", .lockfile, 2),
            Row("format = 1", "format = 1\nformat = 1", .lockfile, 3), Row("format = 1", "version = 1", .lockfile, 2),
            // 71
            Row("name = \"left-pad\"", "name = \"check\"", .lockfile, 22),
            Row("# Written", "\u{FEFF}# Written", .lockfile, 1), Row("[root]\n", "", .lockfile, 5),
            Row("dependencies = [\n    \"left", "dev-dependencies = [\n    \"left", .lockfile, 10),
            Row("[root]", "[[package]]", .lockfile, 5), Row("size = 10", "size = 10\n[root]", .lockfile, 20),
            Row("[root]", "<<<<<<< HEAD\n[root]", .conflict, 5),
            Row("    \"check *\",", "=======\n    \"check *\",", .conflict, 11),
            Row("size = 10", ">>>>>>> theirs\nsize = 10", .conflict, 19),
            // Keys and values.
            Row("size = 10\n", "", .lockfile, 14), Row("registry = \"corp\"\n", "", .lockfile, 31),
            Row("size = 10", "size = 10\nsize = 10", .lockfile, 20), Row("size = 10", "size = -1", .lockfile, 19),
            Row("size = 10", "size = 010", .lockfile, 19), Row("size = 10", "size = \"10\"", .lockfile, 19),
            Row("size = 10", "size = 18446744073709551616", .lockfile, 19), Row("size = 10", "size =", .lockfile, 19),
            Row("size = 10", "extra = 10", .lockfile, 19), Row("size = 10", "size", .lockfile, 19),
            Row("\"0.1.0\"", "\"0.1\"", .lockfile, 16), Row("name = \"check\"", "name = \"Check\"", .lockfile, 15),
            Row("name = \"check\"", "name = \"../check\"", .lockfile, 15),
            Row("\"corp\"", "\"https://example.com\"", .lockfile, 34),
            Row("2026-03-01", "2026-02-30", .lockfile, 28), Row("name = \"check\"", "name = \"check", .lockfile, 15),
            Row("name = \"check\"", "name = \"ch\"eck\"", .lockfile, 15),
            Row("\"check *\"", "\"check\"", .lockfile, 11),
            Row("\"check *\"", "\"check 1 2\"", .lockfile, 11), Row("^1.2\",", "^1.2 (Corp)\",", .lockfile, 7),
            Row("\"left-pad ^1.2\",", "\"left-pad ^1.2\"", .lockfile, 7),
            Row("dev-dependencies", "devdependencies", .lockfile, 10),
            Row("    \"check\",\n    \"left", "    check,\n    \"left", .lockfile, 38),
            Row("[root]", "[rot]", .lockfile, 5),
            // A package that is needed and was lost.
            Row("    \"check\",\n    \"left", "    \"gone\",\n    \"left", .lockfile, 31),
            Row("\"check *\"", "\"gone *\"", .lockfile, 11),
        ])
    func damage(_ row: Row) throws {
        let range = try #require(LockfileSamples.text.firstRange(of: row.old))
        let text = LockfileSamples.text.replacingCharacters(in: range, with: row.new)
        let error = #expect(throws: ModelError.self) { try Lockfile(text) }
        #expect(error?.code == row.code, "\(error?.message ?? "")")
        #expect(error?.line == row.line && error?.file == "vais.lock", "\(error?.description ?? "")")
    }

    @Test("71: cut off anywhere, the file is refused as damaged, with its line, unless nothing but its end is missing")
    func truncation() throws {
        let bytes = Array(LockfileSamples.text.utf8)
        let whole = try Lockfile(LockfileSamples.text)
        for length in 0..<bytes.count {
            do throws(ModelError) {
                let lockfile = try Lockfile(parsing: Array(bytes[..<length]), file: "x")
                #expect(lockfile == whole && length == bytes.count - 1, "\(length) bytes were accepted")
            } catch {
                #expect(error.code == .lockfile || error.code == .integrity, "at \(length): \(error)")
                #expect(error.line != nil, "at \(length)")
            }
        }
    }

    @Test("an entry of the last package that was cut off before its hash is damage, not tampering")
    func truncatedEntry() throws {
        let range = try #require(LockfileSamples.text.firstRange(of: "sha256 = \"bb"))
        let error = #expect(throws: ModelError.self) { try Lockfile(String(LockfileSamples.text[..<range.lowerBound])) }
        #expect(error?.code == .lockfile)
        #expect(error?.message.hasSuffix("the file is cut off or was edited") == true)
    }

    @Test("one wrong byte anywhere never traps")
    func wrongBytes() {
        var random = SeededGenerator(seed: 5)
        let bytes = Array(LockfileSamples.text.utf8)
        var refused = 0
        for position in bytes.indices {
            var copy = bytes
            copy[position] = random.pick([
                0, 0xFF, UInt8(ascii: "\n"), UInt8(ascii: "\""), UInt8(ascii: "["), UInt8(ascii: "]"),
            ])
            if (try? Lockfile(parsing: copy, file: "x")) == nil { refused += 1 }
        }
        // All but those in comments.
        #expect(refused > bytes.count * 3 / 4, "seed 5")
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
