import Testing

@Suite("Errors about plugins.toml") struct PluginTextTests {
    @Test("name the file, the key and the way out")
    func texts() throws {
        let user = try User(try ScratchFolder())
        let sound = try user.scratch.text("plugins.toml")
        var transcript = Transcript(user)
        try user.scratch.makeFolder("app")
        try user.scratch.write("app/libnot-a-plugin.so", "not a shared object\n")
        // Of this build; the texts quote it.
        let digest = try user.run(program: ["sha256sum", "\(Program.folder)/libtransport-curl.so"]).output.prefix(64)
        transcript.name(String(digest), "sha256")
        let transport = "[transport]\nplugin = \"transport-curl\"\n"
        let configurations = [
            ("not TOML", sound + "search\n"),
            ("an unknown table", sound + "\n[storrage]\nplugin = \"storage-memory\"\n"),
            ("an unknown key", sound.replacing(transport, with: transport + "plugni = \"x\"\n")),
            ("a value of the wrong type", sound.replacing("require_pins = false", with: "require_pins = \"no\"")),
            ("a plugin that is not there", sound.replacing("transport-curl", with: "transport-pigeon")),
            ("a plugin of another kind", sound.replacing("transport-curl", with: "digest-openssl")),
            (
                "a path that is no plugin",
                sound.replacing(
                    "plugin = \"transport-curl\"", with: "plugin = \"\(user.scratch("app/libnot-a-plugin.so"))\"")
            ),
            (
                "a pin that is not the file's",
                sound.replacing(transport, with: transport + "sha256 = \"\(String(repeating: "0", count: 64))\"\n")
            ),
            ("pins are required and missing", sound.replacing("require_pins = false", with: "require_pins = true")),
        ]
        for (title, text) in configurations {
            try user.scratch.write("plugins.toml", text)
            transcript.passage(title)
            try transcript.run(["search", "json", "--registry", "http://127.0.0.1:9"])
        }
        user.scratch.remove("plugins.toml")
        transcript.passage("the file named in VAIS_PLUGINS is missing")
        try transcript.run(["search", "json", "--registry", "http://127.0.0.1:9"])
        try transcript.expectGolden("errors-plugins.txt")
    }

    @Test("and about a server's settings end it before it listens")
    func server() throws {
        let user = try User(try ScratchFolder())
        var transcript = Transcript(user)
        let serve = ["registry", "serve", "--data", user.scratch("data"), "--listen", "127.0.0.1:0"]
        let settings = [
            ("a port that is none", ["VAIS_REGISTRY_PORT": "http"]),
            ("a limit that is none", ["VAIS_REGISTRY_MAX_UPLOAD": "50MB"]),
            ("an administrator without a password", ["VAIS_REGISTRY_ADMIN_USER": "root-user"]),
            (
                "an administrator with a weak password",
                ["VAIS_REGISTRY_ADMIN_USER": "root-user", "VAIS_REGISTRY_ADMIN_PASS": "admin"]
            ),
            ("a store that does not exist", ["VAIS_PLUGINS_STORAGE_PLUGIN": "storage-floppy"]),
        ]
        try user.scratch.makeFolder("app")
        for (title, variables) in settings {
            var administrator = user
            administrator.environment.merge(variables) { $1 }
            transcript.passage(title)
            try transcript.run(serve, as: administrator)
        }
        let registry = try RegistryProcess(user)
        transcript.name("process \(registry.process.pid)", "process")
        transcript.passage("a data folder that another server uses")
        try transcript.run(serve)
        transcript.passage("an address that another server uses")
        transcript.name(":\(registry.port)", "port")
        try transcript.run(
            ["registry", "serve", "--data", user.scratch("other"), "--listen", "127.0.0.1:\(registry.port)"])
        #expect(!user.scratch.exists("other"), "nothing was made before the port was found taken")
        try transcript.expectGolden("errors-serving.txt")
    }
}
