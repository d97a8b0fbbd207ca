import Testing

@Suite("Errors about a manifest") struct ManifestTextTests {
    private static let head = "[package]\nname = \"app\"\nversion = \"0.1.0\"\n"

    @Test("name the line, the rule and the next step")
    func texts() throws {
        let user = try User(try ScratchFolder())
        var transcript = Transcript(user)
        try user.scratch.makeFolder("app")
        transcript.passage("there is no manifest")
        try transcript.run(["install"])
        let manifests = [
            ("a line that is not TOML", Self.head + "license \"MIT\"\n"),
            ("a key that is misspelt", "[package]\nnmae = \"app\"\n"),
            ("a key twice", Self.head + "version = \"0.2.0\"\n"),
            ("a value of the wrong type", "[package]\nname = \"app\"\nversion = 1\n"),
            ("a name with capitals", "[package]\nname = \"MyApp\"\nversion = \"0.1.0\"\n"),
            ("a name in other letters", "[package]\nname = \"аpp\"\nversion = \"0.1.0\"\n"),
            ("a reserved name", "[package]\nname = \"std\"\nversion = \"0.1.0\"\n"),
            ("a version in two parts", "[package]\nname = \"app\"\nversion = \"1.0\"\n"),
            ("a version beyond 64 bits", "[package]\nname = \"app\"\nversion = \"99999999999999999999.0.0\"\n"),
            ("an empty requirement", Self.head + "[dependencies]\njson = \"\"\n"),
            ("a requirement with alternatives", Self.head + "[dependencies]\njson = \"^1 || ^2\"\n"),
            ("a dependency with an unknown key", Self.head + "[dependencies]\njson = { versoin = \"1\" }\n"),
            ("a dependency on itself", Self.head + "[dependencies]\napp = \"1\"\n"),
            (
                "a registry that is not defined",
                Self.head + "[dependencies]\njson = { version = \"1\", registry = \"corp\" }\n"
            ),
        ]
        for (title, manifest) in manifests {
            try user.scratch.write("app/vais.toml", manifest)
            transcript.passage(title)
            try transcript.run(["lock", "--offline"])
        }
        try transcript.expectGolden("errors-manifest.txt")
    }

    @Test("of a package that cannot be published name what is missing")
    func publishing() throws {
        let user = try User(try ScratchFolder())
        var transcript = Transcript(user)
        let manifests = [
            ("no version", "[package]\nname = \"app\"\n"),
            ("a dependency from a folder", Self.head + "[dependencies]\njson = { path = \"../json\" }\n"),
            (
                "too many keywords",
                Self.head + "keywords = [\((1...21).map { "\"k\($0)\"" }.joined(separator: ", "))]\n"
            ),
            ("a link that is no web address", Self.head + "homepage = \"javascript:alert(1)\"\n"),
        ]
        for (title, manifest) in manifests {
            try user.scratch.write("app/vais.toml", manifest)
            transcript.passage(title)
            try transcript.run(["publish", "--dry-run"])
        }
        try transcript.expectGolden("errors-publishing.txt")
    }

    @Test("of arguments say what was expected")
    func arguments() throws {
        let user = try User(try ScratchFolder())
        try user.scratch.write("app/vais.toml", Self.head)
        var transcript = Transcript(user)
        let commands = [
            ["instal"], ["install", "--lockd"], ["install", "--locked", "--update"], ["info"], ["info", "My_Pkg"],
            ["info", "std"], ["add", "json@^1 || ^2"], ["add", "json@"], ["yank", "json"], ["yank", "json@1.0"],
            ["tree", "--depth", "0"], ["tree", "--depth", "x"], ["search", "json", "--limit", "1000"],
            ["search", "json", "--registry", "ftp://example.org"], ["search", "json", "--registry", "corp"],
            ["search", "json", "--registry", "https://user:secret@example.org"], ["semver", "match", "1.*.2", "1.0.0"],
            ["semver", "sort", "1.0.0", "v1"], ["login", "--password-stdin"], ["login", "--username", "me"],
            ["login", "--token-stdin"], ["registry", "serve", "--listen", "3000"], ["new", "app/inner/.."],
            ["plugin", "list", "--plugins", "nowhere.toml"],
        ]
        for command in commands { try transcript.run(command) }
        try transcript.expectGolden("errors-arguments.txt")
    }
}
