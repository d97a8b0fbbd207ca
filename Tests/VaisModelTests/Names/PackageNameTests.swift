import Testing
import VaisModel

@Suite("Package names") struct PackageNameTests {
    @Test(
        "letters, digits and single separators make a name",
        arguments: [
            "a", "0", "left-pad", "two_words", "7zip", "a-b_c-d", "x9", "trailing-", String(repeating: "a", count: 64),
        ])
    func valid(_ text: String) throws {
        #expect(try PackageName(parsing: text).text == text)
    }

    @Test(
        "47, 48: anything else is refused",
        arguments: [
            "", "-x", "_x", "x--y", "x__y", "x-_y", "Upper", "camelCase", "has space", " x", "x ", "x\n", "x\0",
            "dot.ted",
            "a/b", "../x", "a\\b", "a@1", "é", "ｆoo", "раypal", "x\u{202E}y", "x\u{200B}y", "e\u{301}", "\u{212A}",
            "x+y",
            "%78", String(repeating: "a", count: 65), "\u{1F600}",
        ])
    func invalid(_ text: String) {
        let error = #expect(throws: ModelError.self) { try PackageName(parsing: text) }
        #expect(error?.code == .name)
        #expect(error?.hint != nil)
    }

    @Test(
        "48: reserved names are refused with the reason",
        arguments: ["std", "core", "vais", "test", "main", "lib", "con", "nul", "aux", "prn", "com1", "lpt9", "admin"])
    func reserved(_ text: String) {
        let error = #expect(throws: ModelError.self) { try PackageName(parsing: text) }
        #expect(error?.message.hasPrefix("`\(text)` cannot name a package: ") == true)
    }

    @Test(
        "a name that only contains a reserved one is free", arguments: ["std-extra", "console", "mainframe", "libfoo"])
    func nearlyReserved(_ text: String) throws {
        #expect(try PackageName(parsing: text).text == text)
    }

    @Test("the error names the character and its position, without printing what could harm a terminal")
    func messages() {
        func error(_ text: String) -> ModelError? {
            #expect(throws: ModelError.self) { try PackageName(parsing: text) }
        }
        #expect(error("leftPad")?.message.contains("`P` at position 5") == true)
        #expect(error("leftPad")?.hint == "write it in lower case: `leftpad`")
        #expect(error("x\u{202E}y")?.message.contains("\\u{202e}") == true)
        #expect(error("x\u{1B}[2J")?.message.unicodeScalars.contains("\u{1B}") == false)
    }

    @Test("two spellings of the separators share an identity")
    func identity() throws {
        #expect(try PackageName(parsing: "two-words").identity == PackageName(parsing: "two_words").identity)
        #expect(try PackageName(parsing: "two-words") != PackageName(parsing: "two_words"))
        #expect(try PackageName(parsing: "twowords").identity != PackageName(parsing: "two_words").identity)
    }
}
