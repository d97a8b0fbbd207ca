import Glibc
import Testing

@Suite("vais plugin new") struct PluginTemplateTests {
    /// One language: how its README builds the project, and where the plugin is then.
    struct Language: CustomTestStringConvertible, Sendable {
        let name: String
        let build: [[String]]
        let file: String

        var testDescription: String { name }

        static let all = [
            Language(name: "c", build: [["make", "-s"]], file: "libstorage-drawer.so"),
            Language(
                name: "rust",
                build: [
                    ["cargo", "test", "--quiet", "--offline"], ["cargo", "build", "--quiet", "--offline", "--release"],
                ],
                file: "target/release/libstorage_drawer.so"),
            Language(
                name: "swift", build: [["swift", "build", "-c", "release", "--scratch-path", ".build"]],
                file: ".build/release/libstorage-drawer.so"),
        ]
    }

    @Test("makes a project that builds as it is, exports one symbol and keeps every promise", arguments: Language.all)
    func project(_ language: Language) throws {
        let author = try self.author()
        try author.succeed(["plugin", "new", "--lang", language.name, "storage-drawer"])
        for command in language.build {
            // A host loads nothing that others may write to, which a lax umask would allow.
            let outcome = try author.run(
                program: ["sh", "-c", "umask 022 && exec \"$@\"", "sh"] + command, in: "storage-drawer")
            try #require(outcome.isSuccess, "\(command): \(outcome.output)\(outcome.errors)")
        }
        let file = "storage-drawer/\(language.file)"
        let inspection = try author.succeed(["plugin", "inspect", file])
        #expect(inspection.contains("\nexports     vais_plugin_entry\n"), "\(inspection)")
        #expect(inspection.contains("\nid          org.example.storage-drawer\n"), "\(inspection)")
        #expect(inspection.hasSuffix("\nverdict     would be loaded\n"), "\(inspection)")
        let check = try author.run(["plugin", "check", "--level", "quick", file])
        #expect(check.isSuccess, "\(check.output)\(check.errors)")
    }

    @Test("leaves nothing of the template's own name", arguments: Language.all)
    func names(_ language: Language) throws {
        let author = try self.author()
        try author.succeed(["plugin", "new", "--lang", language.name, "--dir", "a/b", "storage-drawer"])
        #expect(try author.run(program: ["grep", "-rniE", "storage.?template", "a/b"]).end == .exit(1))
        #expect(try author.run(program: ["grep", "-rqE", "org\\.example\\.", "a/b"]).isSuccess, "grep finds names")
    }

    @Test("never writes into a folder that is there, and refuses names that a language would not take")
    func refusals() throws {
        let author = try self.author()
        try author.scratch.write("storage-drawer/kept", "as it was")
        let outcome = try author.run(["plugin", "new", "--lang", "c", "storage-drawer"])
        #expect(outcome.end == .exit(1))
        #expect(outcome.errors.contains("storage-drawer: it exists already"), "\(outcome.errors)")
        #expect(author.scratch.list("storage-drawer") == ["kept"])
        for name in [
            "core", "Storage-Drawer", "storage-", "-drawer", "storage--x", "storage_drawer", "a/b-c", "a-1", "",
        ] {
            let outcome = try author.run(["plugin", "new", "--lang", "c", "--dir", "made", "--", name])
            #expect(outcome.end == .exit(2) && outcome.errors.contains("no name for a plugin"), "\(outcome.errors)")
        }
        #expect(!author.scratch.exists("made"))
    }

    @Test("of an installation without templates says which folder is missing")
    func missing() throws {
        let author = try self.author()
        try author.scratch.makeFolder("bin")
        try #require(author.run(program: ["cp", try Program.path(), "bin/vais"]).isSuccess)
        let outcome = try author.run(
            program: [author.scratch("bin/vais"), "plugin", "new", "--lang", "rust", "storage-drawer"])
        #expect(outcome.end == .exit(1))
        #expect(outcome.errors.contains("/share/vais/templates/rust is missing or empty"), "\(outcome.errors)")
        #expect(!author.scratch.exists("storage-drawer"))
    }

    /// Somebody with a language's usual tools: those of whoever runs the tests.
    private func author() throws -> User {
        var author = try User(try ScratchFolder())
        let home = getenv("HOME").map { String(cString: $0) } ?? "/"
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        author.environment["PATH"] = "\(path):\(home)/.cargo/bin"
        author.environment["HOME"] = home
        return author
    }
}
