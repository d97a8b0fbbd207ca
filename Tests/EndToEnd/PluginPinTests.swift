import Testing

@Suite("Pins") struct PluginPinTests {
    private static let kinds = ["storage", "transport", "digest", "password"]

    private static func pins(_ user: User) throws -> Int {
        try user.scratch.text("plugins.toml").split(separator: "\n").count { $0.hasPrefix("sha256 = ") }
    }

    @Test("of four kinds that are written at once are all there, and are all removed again")
    func inParallel() throws {
        let user = try User(try ScratchFolder())
        let before = try user.scratch.text("plugins.toml")
        for _ in 1...3 {
            for verb in ["pin", "unpin"] {
                let outcomes = EndToEndTests.inParallel(Self.kinds.count) { index in
                    Result { try user.run(["plugin", verb, Self.kinds[index]]) }
                }
                for outcome in outcomes {
                    let outcome = try outcome.get()
                    #expect(outcome.isSuccess, "\(outcome.errors)")
                }
                #expect(try Self.pins(user) == (verb == "pin" ? 4 : 0))
            }
        }
        #expect(try user.scratch.text("plugins.toml") == before)
    }

    @Test("are required and kept: what was pinned is loaded, and another file of that name is refused")
    func kept() throws {
        let user = try User(try ScratchFolder())
        try user.succeed(["plugin", "pin"])
        #expect(try Self.pins(user) == 4)
        let pinned = try user.scratch.text("plugins.toml").split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0 == "require_pins = false" ? "require_pins = true" : $0 }.joined(separator: "\n")
        try user.scratch.write("plugins.toml", pinned)
        #expect(pinned.contains("require_pins = true"))
        #expect(try user.succeed(["plugin", "list"]).contains("pin matches"))
        let other = pinned.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("sha256 = ") ? "sha256 = \"\(String(repeating: "0", count: 64))\"" : $0 }
        try user.scratch.write("plugins.toml", other.joined(separator: "\n"))
        let packages = try FolderOfPackages(user.scratch, [SamplePackage("a", "1.0.0")]).option
        try user.scratch.write(
            "app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n[dependencies]\na = \"1\"\n")
        let refused = try user.run(["install"] + packages, in: "app")
        #expect(refused.end == .exit(1) && refused.errors.contains("pins 000000"))
        try user.succeed(["plugin", "pin"])
        #expect(try user.scratch.text("plugins.toml") == pinned)
        try user.succeed(["install"] + packages, in: "app")
    }
}
