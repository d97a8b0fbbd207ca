import Testing

@Suite("Errors about a lockfile") struct LockfileTextTests {
    @Test("say whether it is damaged, stale, newer or dangerous, and what to do")
    func texts() throws {
        let user = try User(try ScratchFolder())
        let registry = try FolderOfPackages(
            user.scratch,
            [
                SamplePackage("json", "1.0.0"), SamplePackage("json", "1.1.0"), SamplePackage("left", "1.0.0"),
            ])
        var transcript = Transcript(user)
        func write(_ requirement: String) throws {
            try user.scratch.write(
                "app/vais.toml",
                "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\njson = \"\(requirement)\"\n")
        }
        try write("=1.0.0")
        transcript.passage("there is none")
        try transcript.run(["install", "--locked"] + registry.option)
        try user.succeed(["lock"] + registry.option, in: "app")
        let sound = try user.scratch.text("app/vais.lock")
        let hash = try #require(sound.split(separator: "\n").first { $0.hasPrefix("sha256") }).description
        let other = "sha256 = \"\(String(repeating: "0", count: 64))\""
        let damages: [(String, String, [[String]])] = [
            ("cut off", String(sound.dropLast(40)), [["install"], ["lock", "--update"]]),
            (
                "of a newer format",
                sound.replacing("format = 1", with: "format = 9").replacing("reader = 1", with: "reader = 9"),
                [["install"], ["lock", "--update"]]
            ),
            (
                "an entry without its checksum", sound.replacing(hash + "\n", with: ""),
                [["install"], ["lock", "--update"]]
            ),
            ("an entry with another kind of checksum", sound.replacing("sha256", with: "md5"), [["install"]]),
            (
                "an entry twice",
                sound + "\n[[package]]" + (sound.split(separator: "[[package]]").last ?? ""), [["install"]]
            ),
            ("a byte order mark", "\u{FEFF}" + sound, [["install"]]),
            (
                "marks of a merge", "<<<<<<< ours\n" + sound + "=======\n" + sound + ">>>>>>> theirs\n",
                [["install", "--locked"], ["lock"]]
            ),
            (
                "an entry that names a URL",
                sound.replacing("registry = \"default\"", with: "registry = \"https://evil.example\""),
                [["install"]]
            ),
            (
                "an entry from another registry than vais.toml says",
                sound.replacing("registry = \"default\"", with: "registry = \"corp\""),
                [["install", "--locked"]]
            ),
            (
                "an entry whose checksum is not the registry's", sound.replacing(hash, with: other),
                [["install", "--locked"], ["update"]]
            ),
        ]
        for (title, text, commands) in damages {
            transcript.passage(title)
            for command in commands {
                try user.scratch.write("app/vais.lock", text)
                user.scratch.remove("home/.vais")
                try transcript.run(command + registry.option)
                if command == ["install"] || command.contains("--locked") {
                    #expect(try user.scratch.text("app/vais.lock") == text, "\(title): left as it was")
                }
            }
        }
        try user.scratch.write("app/vais.lock", sound)
        try write("^1.1")
        transcript.passage("it does not answer vais.toml")
        try transcript.run(["install", "--locked"] + registry.option)
        try transcript.run(["lock", "--check"] + registry.option)
        #expect(try user.scratch.text("app/vais.lock") == sound)
        try transcript.expectGolden("errors-lockfile.txt")
    }
}
