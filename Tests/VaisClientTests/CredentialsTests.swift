import Glibc
import Testing
import VaisClient

@Suite("Credentials") struct CredentialsTests {
    private static let one = Result { try RegistryAddress(parsing: "https://one.example/path") }
    private static let two = Result { try RegistryAddress(parsing: "https://one.example:8443") }

    @Test("belong to one origin, whatever the path, in a file that only its owner can read")
    func origins() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/home/credentials.toml"
        let (one, two) = (try Self.one.get(), try Self.two.get())
        let credentials = Credentials(file: file)
        #expect(try credentials.token(for: one) == nil)
        try await credentials.store("vais_1", for: one)
        try await credentials.store("vais_2", for: two)
        try await credentials.store("vais_3", for: one)
        #expect(try credentials.token(for: one) == "vais_3")
        #expect(try credentials.token(for: try RegistryAddress(parsing: "https://ONE.example:443")) == "vais_3")
        #expect(try credentials.token(for: two) == "vais_2")
        for other in ["http://one.example", "https://two.example", "https://one.example.evil", "file:///tmp"] {
            #expect(try credentials.token(for: try RegistryAddress(parsing: other)) == nil)
        }
        var status = stat()
        #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(stat(folder.path + "/home", &status) == 0 && status.st_mode & 0o777 == 0o700)
        #expect(try await credentials.remove(for: one))
        #expect(try await !credentials.remove(for: one))
        #expect(try credentials.token(for: one) == nil && credentials.token(for: two) == "vais_2")
    }

    @Test("from the environment come first, for the registry in use and no other")
    func environment() async throws {
        let folder = try TemporaryFolder()
        let (one, two) = (try Self.one.get(), try Self.two.get())
        let file = folder.path + "/credentials.toml"
        try await Credentials(file: file).store("stored", for: two)
        let credentials = Credentials(file: file, environmentToken: "given", for: one)
        #expect(try credentials.token(for: one) == "given")
        #expect(try credentials.token(for: two) == "stored")
        #expect(try Credentials(file: file, environmentToken: "", for: two).token(for: two) == "stored")
    }

    @Test("are refused when others can read the file, or when it is damaged, and never quoted")
    func refusals() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/credentials.toml"
        let one = try Self.one.get()
        let credentials = Credentials(file: file)
        try await credentials.store("vais_secret", for: one)
        for mode: mode_t in [0o640, 0o604, 0o666] {
            chmod(file, mode)
            let error = #expect(throws: ClientError.self) { try credentials.token(for: one) }
            #expect(error?.code == .input && error?.hint?.contains("chmod 600") == true)
        }
        for text in [
            "[registries\ntoken = \"vais_secret\"", "[registries.x]\ntoken = 7", "registries = { x = \"vais_secret\" }",
        ] {
            try Files.write(Array(text.utf8), to: file, mode: 0o600)
            let error = #expect(throws: ClientError.self) { try credentials.token(for: one) }
            #expect(error?.code == .input && error?.message.contains(":") == true)
            #expect(error?.description.contains("vais_secret") == false)
        }
        for token in ["", "two words", "line\nbreak", "quo\"te"] {
            await #expect(throws: ClientError.self) { try await credentials.store(token, for: one) }
            if token.isEmpty { continue }
            let given = Credentials(file: file, environmentToken: token, for: one)
            #expect(throws: ClientError.self) { try given.token(for: one) }
        }
    }

    @Test("that cannot be looked at are an error, and only a missing file is none")
    func unreadable() async throws {
        let folder = try TemporaryFolder()
        let one = try Self.one.get()
        try folder.write("file", "")
        let loop = folder.path + "/loop"
        try #require(symlink(loop, loop) == 0)
        for place in ["missing/credentials.toml", "file/credentials.toml"] {
            #expect(try Credentials(file: "\(folder.path)/\(place)").token(for: one) == nil, "\(place)")
        }
        for place in [loop, loop + "/credentials.toml", folder.path + "/" + String(repeating: "x", count: 300)] {
            let credentials = Credentials(file: place)
            let error = #expect(throws: ClientError.self) { try credentials.token(for: one) }
            #expect(error?.code == .input && error?.message.contains("cannot read \(place)") == true)
            await #expect(throws: ClientError.self) { try await credentials.remove(for: one) }
        }
    }
}
