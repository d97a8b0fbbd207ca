import ArchiveCorpus
import Glibc
import Testing

@testable import VaisArchive

@Suite("The selection of files") struct FileSelectionTests {
    private func scratchPackage(_ files: [String]) throws -> ScratchFolder {
        let scratch = try ScratchFolder()
        for file in ["vais.toml"] + files { try scratch.write("package/\(file)") }
        return scratch
    }

    private func select(
        _ scratch: ScratchFolder, include: [String] = [], exclude: [String] = []
    ) throws -> [String] {
        try FileSelection(folder: "\(scratch.path)/package", include: include, exclude: exclude).files.map(\.path)
    }

    @Test("leaves out version control, hidden files, build output and installed packages")
    func defaults() throws {
        let scratch = try scratchPackage([
            ".git/config", ".vais/packages/x/vais.toml", ".env", ".vaisignore", "target/out", "a/target/out",
            "node_modules/x/y", "a/node_modules/x", "a/.hidden/x", "src/main.vais", "src/target",
        ])
        #expect(try select(scratch) == ["src/main.vais", "src/target", "vais.toml"])
    }

    @Test("leaves out what .vaisignore and exclude name, the last match deciding")
    func ignoring() throws {
        let scratch = try scratchPackage(["a.log", "b.log", "keep.log", "docs/a.md", "docs/b.md", ".env", "target/x"])
        try scratch.write("package/.vaisignore", "# logs\r\n*.log\r\n\r\n!keep.log\r\n!.env\r\n!target\r\n")
        #expect(
            try select(scratch, exclude: ["/docs/*.md", "!docs/b.md"])
                == [".env", "docs/b.md", "keep.log", "target/x", "vais.toml"])
    }

    @Test("cannot be talked into packing version control or our own state")
    func never() throws {
        let scratch = try scratchPackage([".git/config", ".vais/x", ".ok"])
        try scratch.write("package/.vaisignore", "!.*\n!.git\n!.vais\n")
        #expect(try select(scratch) == [".ok", ".vaisignore", "vais.toml"])
    }

    @Test("is restricted by include, the manifest always in")
    func including() throws {
        let scratch = try scratchPackage(["src/a", "src/deep/b", "src/skip", "docs/c", "README.md", "x/README.md"])
        #expect(
            try select(scratch, include: ["src", "/README.md"], exclude: ["skip", "vais.toml"])
                == ["README.md", "src/a", "src/deep/b", "vais.toml"])
        #expect(try select(scratch, include: ["src/**", "!src/deep"]) == ["src/a", "src/skip", "vais.toml"])
    }

    @Test("has no folder without files")
    func emptyFolders() throws {
        let scratch = try scratchPackage(["a/b/c"])
        try scratch.makeFolder("package/empty/inner")
        let entries = try FileSelection(folder: "\(scratch.path)/package").entries.map(\.path)
        #expect(entries == ["a", "a/b", "a/b/c", "vais.toml"])
    }

    @Test("refuses links and special files with the way out, unless they are ignored")
    func links() throws {
        let scratch = try scratchPackage(["a"])
        #expect(symlink("a", "\(scratch.path)/package/link") == 0)
        #expect(mkfifo("\(scratch.path)/package/pipe", 0o644) == 0)
        let link = #expect(throws: ArchiveError.self) { _ = try select(scratch) }
        #expect(link?.code == .link)
        #expect(link?.message == "\"link\" is a symbolic link; packages hold files and folders only")
        #expect(link?.hint == "put a copy in its place, or name it in .vaisignore")
        let pipe = #expect(throws: ArchiveError.self) { _ = try select(scratch, exclude: ["link"]) }
        #expect(pipe?.code == .type)
        #expect(try select(scratch, exclude: ["link", "pipe"]) == ["a", "vais.toml"])
    }

    @Test("refuses a manifest that is a link")
    func manifestLink() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/real.toml")
        #expect(symlink("real.toml", "\(scratch.path)/package/vais.toml") == 0)
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch, exclude: ["*"]) }
        #expect(error?.code == .link)
    }

    @Test("needs a manifest")
    func noManifest() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/a/vais.toml")
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch) }
        #expect(error?.code == .manifestMissing)
    }

    @Test(
        "refuses names that could not be unpacked everywhere",
        arguments: [
            (["Foo", "foo"], "collision"), (["caf\u{E9}", "cafe\u{301}"], "collision"),
            (["Vais.toml"], "manifest_case"),
            (["aux.txt"], "name"), (["a:b"], "name"), (["a\nb"], "name"), (["x."], "name"), (["a\\b"], "name"),
        ])
    func names(_ files: [String], _ code: String) throws {
        let scratch = try scratchPackage(files)
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch) }
        #expect(error?.code.rawValue == code)
    }

    @Test("refuses a name that is not UTF-8, unless it is ignored")
    func encoding() throws {
        let scratch = try scratchPackage([])
        let name = "\(scratch.path)/package/a".utf8.map { CChar(bitPattern: $0) } + [-1, 0]
        let descriptor = open(name, O_WRONLY | O_CREAT, 0o644)
        #expect(descriptor >= 0)
        close(descriptor)
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch) }
        #expect(error?.code == .encoding)
        #expect(try select(scratch, exclude: ["a*"]) == ["vais.toml"])
    }

    @Test("refuses what lies too deep")
    func depth() throws {
        let scratch = try scratchPackage([String(repeating: "d/", count: 32) + "f"])
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch) }
        #expect(error?.code == .depth)
        #expect(try select(scratch, exclude: ["/d"]) == ["vais.toml"])
    }

    @Test("names the pattern that it cannot read", arguments: ["a[", "a\\", "a//b", "../a", "/", "a/./b", "[b-a]"])
    func badPatterns(_ pattern: String) throws {
        let scratch = try scratchPackage([])
        let error = #expect(throws: ArchiveError.self) { _ = try select(scratch, exclude: [pattern]) }
        #expect(error?.code == .pattern)
    }
}

@Suite("An ignore pattern") struct IgnorePatternTests {
    /// Pattern, path (a folder when it ends in a slash), and whether git's own rules match them.
    static let table: [(String, String, Bool)] = [
        ("a", "a", true), ("a", "x/a", true), ("a", "a/", true), ("a", "ab", false),
        ("/a", "a", true), ("/a", "x/a", false), ("./a", "a", true), ("a/b", "a/b", true), ("a/b", "x/a/b", false),
        ("a/", "a", false), ("a/", "a/", true), ("a/", "x/a/", true),
        ("*.o", "x.o", true), ("*.o", "d/x.o", true), ("*.o", ".o", true), ("*.o", "x.oo", false), ("*", "a", true),
        ("a*c*e", "abcde", true), ("a*c*e", "ae", false), ("a/*", "a/b", true), ("a/*", "a/b/c", false),
        ("?", "\u{E9}", true), ("?", "ab", false), ("a?", "a", false),
        ("**/a", "a", true), ("**/a", "x/y/a", true), ("a/**", "a/", false), ("a/**", "a/b", true),
        ("a/**", "a/b/c", true),
        ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "ab", false), ("**", "a/b", true),
        ("a/**/**/b", "a/x/b", true), ("**/x/**/y", "x/a/x/y", true),
        ("[abc]", "b", true), ("[!abc]", "b", false), ("[^abc]", "d", true), ("[a-c]x", "bx", true),
        ("[]a]", "]", true),
        ("\\*", "*", true), ("\\*", "a", false), ("\\#a", "#a", true), ("\\!a", "!a", true), ("a\\ ", "a ", true),
        ("a  ", "a", true), ("foo**bar", "fooxbar", true),
    ]

    @Test("matches as git's do", arguments: table)
    func matching(_ pattern: String, _ path: String, _ expected: Bool) throws {
        let parsed = try #require(try IgnorePattern(parsing: pattern))
        let isFolder = path.hasSuffix("/")
        let components = path.split(separator: "/")
        #expect(parsed.matches(components[...], isFolder: isFolder) == expected)
    }

    @Test("is nothing when the line is empty or a comment", arguments: ["", "   ", "# a", "\r"])
    func nothing(_ line: String) throws {
        #expect(try IgnorePattern(parsing: line) == nil)
    }

    @Test("takes a number of steps that its length and the name's bound")
    func manyStars() throws {
        let pattern = try #require(try IgnorePattern(parsing: String(repeating: "*a", count: 200) + "b"))
        let name = Substring(String(repeating: "a", count: 250))
        #expect(!pattern.matches([name], isFolder: false))
        let deep = try #require(try IgnorePattern(parsing: String(repeating: "**/a/", count: 100) + "b"))
        #expect(!deep.matches(Array(repeating: "a"[...], count: 500)[...], isFolder: false))
    }
}
