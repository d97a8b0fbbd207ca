import Glibc
import Testing
import VaisConformance

@Suite("`vais plugin check` and `bench`") struct CommandTests {
    @Test("end with 0 where every promise is kept, and name what the plugin declares and what was seen")
    func passes() throws {
        let scratch = try Scratch()
        let outcome = try run(["check", PluginFiles.path("storage-memory"), "--only", "group commit"], scratch)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("group commit        native    works"))
        #expect(outcome.output.contains("0 findings"))
    }

    @Test("end with 5 on a finding, and say the command that repeats it")
    func finds() throws {
        let scratch = try Scratch()
        let plugin = try MutantBuild.build(Mutation.all.first { $0.group == .order }, in: scratch)
        let outcome = try run(["check", plugin, "--only", "order", "--seed", "11"], scratch)
        #expect(outcome.status == 5)
        #expect(outcome.output.contains("again:    vais plugin check \(plugin) --seed 11 --only 'order: "))
        let json = try run(["check", plugin, "--only", "order", "--seed", "11", "--json"], scratch)
        #expect(json.status == 5)
        #expect(
            json.output.hasPrefix(#"{"schema":1,"level":"quick","seed":11,"plugin":{"id":"dev.vais.storage-memory""#))
        #expect(json.output.contains(#""outcome":"failed""#))
    }

    @Test("end with 1 for what is no plugin or a setting it does not have, and 2 for what does not parse")
    func refuses() throws {
        let scratch = try Scratch()
        let plugin = try PluginFiles.path("storage-memory")
        try writeFile(scratch.path + "/text.so", "no plugin\n")
        try writeFile(scratch.path + "/settings.toml", "path = \"x\"\n")
        for command in ["check", "bench"] {
            #expect(try run([command, scratch.path + "/text.so"], scratch).status == 1)
            let settings = try run([command, plugin, "--config", scratch.path + "/settings.toml"], scratch)
            #expect(settings.status == 1)
            #expect(settings.errors.contains("has no setting `path`"), "\(settings.errors)")
            #expect(try run([command, plugin, "--kind", "transport"], scratch).status == (command == "check" ? 2 : 1))
        }
        #expect(try run(["check", plugin, "--level", "thorough"], scratch).status == 2)
        #expect(try run(["check", plugin, "--only", "magic"], scratch).status == 2)
    }

    @Test("take the kind from the plugin's note, and only what a plugin of this kind promises")
    func takesKindFromNote() throws {
        let scratch = try Scratch()
        let plugin = try PluginFiles.path("digest-openssl")
        let outcome = try run(["check", plugin, "--only", "known answers"], scratch)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        #expect(outcome.output.contains("algorithms: sha256"))
        #expect(outcome.output.contains("2 checks, 0 of them do not apply, 0 findings"), "\(outcome.output)")
        #expect(try run(["check", plugin, "--only", "blobs"], scratch).status == 2)
        #expect(try run(["check", plugin, "--kind", "password"], scratch).status == 1)
    }

    @Test("measure a digest plugin as the host uses it, in this process and in one of its own")
    func measuresDigests() throws {
        let scratch = try Scratch()
        let outcome = try run(["bench", PluginFiles.path("digest-openssl"), "--json"], scratch)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        for name in ["SHA-256 of 1 MiB", "SHA-256 of no bytes, isolated", "starting the process"] {
            #expect(outcome.output.contains(name), "\(name) is missing")
        }
    }

    @Test("take settings from a file")
    func takesSettings() throws {
        let scratch = try Scratch()
        try writeFile(scratch.path + "/settings.toml", "[storage.config]\npath = \"{store}.db\"\n")
        let outcome = try run(
            [
                "check", PluginFiles.path("storage-sqlite"), "--config", scratch.path + "/settings.toml", "--only",
                "hygiene",
            ], scratch)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    }

    @Test("measure in one table, in JSON for programs")
    func measures() throws {
        let scratch = try Scratch()
        let outcome = try run(["bench", PluginFiles.path("storage-memory"), "--json"], scratch)
        #expect(outcome.status == 0)
        for name in ["health", "get_many, 50 keys", "scan, page of 1,000 rows", "by 8 threads at once", "commit_many"] {
            #expect(outcome.output.contains(name), "\(name) is missing")
        }
    }

    private func run(_ arguments: [String], _ scratch: Scratch) throws -> (
        status: Int32, output: String, errors: String
    ) { try runPlugin(arguments, scratch) }
}
