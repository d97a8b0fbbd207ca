import Testing

@Suite("Errors about requirements that cannot be met") struct ResolutionTextTests {
    @Test("explain themselves in sentences and propose what works")
    func texts() throws {
        let user = try User(try ScratchFolder())
        let registry = try FolderOfPackages(
            user.scratch,
            [
                SamplePackage("json", "1.0.0"), SamplePackage("json", "2.0.0"),
                SamplePackage("left", "1.0.0", dependencies: ["json": "^1"]),
                SamplePackage("left", "2.0.0", dependencies: ["json": "^2"]),
                SamplePackage("right", "1.0.0", dependencies: ["json": "^2"]),
                SamplePackage("chick", "1.0.0", dependencies: ["egg": "^1"]),
                SamplePackage("egg", "1.0.0", dependencies: ["chick": "^1"]),
                SamplePackage("broken", "1.0.0", dependencies: ["missing": "^1"]),
                SamplePackage("early", "1.0.0-rc.1"),
            ])
        var transcript = Transcript(user)
        let projects = [
            ("two requirements that exclude each other", "left = \"^1\"\nright = \"^1\"\n"),
            ("a version that does not exist", "json = \"^3\"\n"),
            ("a package that does not exist", "jsn = \"1\"\n"),
            ("a dependency that does not exist", "broken = \"1\"\n"),
            ("only prereleases", "early = \"1\"\n"),
            ("a cycle", "chick = \"1\"\n"),
        ]
        for (title, dependencies) in projects {
            try user.scratch.write(
                "app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n\n[dependencies]\n\(dependencies)")
            transcript.passage(title)
            try transcript.run(["install"] + registry.option)
            #expect(!user.scratch.exists("app/vais.lock"), "\(title)")
        }
        try user.scratch.write("app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n")
        try user.succeed(["add", "left@^1"] + registry.option, in: "app")
        let before = try user.scratch.read("app/vais.toml")
        transcript.passage("adding what excludes what is there")
        try transcript.run(["add", "right"] + registry.option)
        #expect(try user.scratch.read("app/vais.toml") == before, "vais.toml is as it was")
        transcript.passage("as JSON")
        try user.scratch.write("app/vais.toml", String(decoding: before, as: UTF8.self).replacing("^1", with: "^2"))
        try transcript.run(["install", "--json", "--locked"] + registry.option)
        try transcript.run(["update", "json2", "--json"] + registry.option)
        try transcript.expectGolden("errors-resolution.txt")
    }
}
