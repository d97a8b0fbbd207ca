import Testing

@testable import VaisArchive

@Suite("A refusal") struct ArchiveErrorTests {
    @Test("has a code that the format's page explains", arguments: ArchiveError.Code.allCases)
    func documented(_ code: ArchiveError.Code) throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let page = String(decoding: try ScratchFolder.read("\(root)/docs/archive-format.md"), as: UTF8.self)
        #expect(page.contains("`\(code.rawValue)`"))
    }

    @Test(
        "spells a path so that a terminal cannot be fooled",
        arguments: [
            ("src/main.vais", "\"src/main.vais\""), ("caf\u{E9}", "\"caf\u{E9}\""), ("a\u{1B}[2J", "\"a\\x1b[2J\""),
            ("a\nb", "\"a\\x0ab\""), ("say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""),
            ("a\u{202E}b", "\"a\\xe2\\x80\\xaeb\""),
            ("", "\"\""),
        ])
    func escaping(_ path: String, _ expected: String) {
        #expect(EscapedPath.quote(path) == expected)
    }

    @Test("spells bytes that are not UTF-8, and cuts long paths")
    func escapingBytes() {
        #expect([0x61, 0xFF, 0xC3].withUnsafeBytes { EscapedPath.quote($0) }.contains("\\xff"))
        let long = EscapedPath.quote(String(repeating: "a", count: 5_000))
        #expect(long.utf8.count < 200 && long.hasSuffix("…\""))
    }
}
