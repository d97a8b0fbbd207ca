import ArchiveCorpus
import Glibc
import Testing
import VaisClient

/// Lines 75 to 83 of the list of hostile inputs: what a registry may answer to an honest client. The transport and the digests are the
/// real plugins, the server is a real socket.
@Suite("A hostile registry") struct HostileAnswerTests {
    private static func isIndex(_ request: Request) -> Bool { request.path.contains("/index/") }
    private static func isArchive(_ request: Request) -> Bool { request.path.hasSuffix(".tar.gz") }

    /// Installs `a` from a registry that lies; nothing may come of it.
    private func refused(
        _ code: ClientError.Code, patience: Duration = .seconds(30), _ lie: @escaping @Sendable (Request) -> Answer?,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> (error: ClientError?, registry: TestRegistry) {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        registry.lie(lie)
        let project = try TestProject(registry, "a = \"^1\"")
        let error = await failure({ try await project.install(session: project.session(patience: patience)) }, location)
        #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: location)
        #expect(project.folder.contents == ["vais.toml"], sourceLocation: location)
        #expect(project.temporaries == [], sourceLocation: location)
        #expect(!Files.exists(project.cache + "/a/1.0.0/extracted"), sourceLocation: location)
        #expect(!Files.exists(project.cache + "/a/1.0.0/archive.tar.gz"), sourceLocation: location)
        // What it has learned does not spoil an honest run.
        registry.lie(nil)
        try await project.install()
        #expect(project.installed("a/vais.toml") != nil, sourceLocation: location)
        return (error, registry)
    }

    @Test("75: duplicate JSON keys are refused, whichever value would have won")
    func duplicateKeys() async throws {
        let zeros = String(repeating: "0", count: 64)
        _ = try await refused(.network) {
            Self.isIndex($0)
                ? .ok(
                    "{\"k\":\"h\",\"f\":1,\"n\":\"a\"}\n{\"k\":\"r\",\"s\":1,\"v\":\"1.0.0\",\"v\":\"2.0.0\",\"c\":\"\(zeros)\",\"z\":1,\"t\":0}\n"
                )
                : nil
        }
        _ = try await refused(.network) {
            $0.path.hasSuffix("/changes") ? .ok("{\"serial\":1,\"serial\":2,\"names\":[],\"more\":false}") : nil
        }
    }

    @Test("76: UTF-16, a BOM, NUL, wild nesting and rubbish are refused")
    func encodings() async throws {
        let line = "{\"k\":\"h\",\"f\":1,\"n\":\"a\"}\n"
        let bodies: [[UInt8]] = [
            line.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] },
            [0xEF, 0xBB, 0xBF] + Array(line.utf8),
            Array(line.replacing("\"a\"", with: "\"a\u{0}\"").utf8),
            Array(line.dropLast().utf8) + [0],
            [UInt8](repeating: UInt8(ascii: "["), count: 200_000),
            Array("<html>Log in to the wireless network</html>".utf8),
            Array(line.utf8) + [0xFF, 0xFE],
        ]
        for body in bodies { _ = try await refused(.network) { Self.isIndex($0) ? .ok(body) : nil } }
    }

    @Test("77: an index that is another package's is refused")
    func otherPackage() async throws {
        let other = try TestRegistry()
        try other.publish("b", "1.0.0")
        let body = try other.index(of: "b")
        let (error, _) = try await refused(.network) { Self.isIndex($0) ? .ok(body) : nil }
        #expect(error?.causes.joined().contains("`a`") == true || error?.causes.joined().contains("\"a\"") == true)
    }

    @Test("78: a registry, or an index, that goes back is refused, and the evidence is kept")
    func rollback() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let before = try registry.index(of: "a")
        try registry.publish("a", "1.1.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        let evidence = project.home.contents.filter { $0.hasSuffix("index.cache") }
        #expect(evidence.count == 1)
        let kept = project.home.read(evidence[0])
        registry.rollBack(to: 101)
        let whole = await failure { try await project.install(updating: true) }
        #expect(whole?.code == .integrity && whole?.reason == "rollback" && whole?.hint?.contains("backup") == true)
        try registry.publish("b", "1.0.0")
        try registry.publish("a", "1.2.0")
        registry.lie { Self.isIndex($0) ? .ok(before) : nil }
        let one = await failure { try await project.install(updating: true) }
        #expect(one?.code == .integrity && one?.reason == "rollback")
        #expect(project.installed("a/src/lib.vais") == "// a 1.1.0\n")
        registry.lie { Self.isIndex($0) ? .status(404) : nil }
        #expect(await failure { try await project.install(updating: true) }?.code == .integrity)
        #expect(project.home.read(evidence[0]) != nil && kept != nil)
        // Still known after all these runs.
        registry.lie { Self.isIndex($0) ? .ok(before) : nil }
        #expect(await failure { try await project.install(updating: true) }?.code == .integrity)
    }

    @Test("79: a release that was rewritten is refused, in the index as in the archive")
    func rewritten() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        let lock = project.lockfile
        registry.rewrite("a", "1.0.0", archive: TestRegistry.archive("a", "1.0.0", extra: ["evil.vais": "x"]))
        let again = await failure { try await project.install(updating: true) }
        #expect(again?.code == .integrity && again?.reason == "rewritten")
        #expect(project.lockfile == lock)
        // A client that has never seen the first one, but has its checksum in the lockfile.
        let fresh = try TestProject(try registry.address)
        try fresh.manifest("a = \"^1\"")
        try fresh.folder.write("vais.lock", try #require(lock))
        for locked in [true, false] {
            let error = await failure { try await fresh.install(locked: locked) }
            #expect(error?.code == .integrity)
        }
        #expect(fresh.temporaries == [] && !Files.exists(fresh.folder.path + "/.vais"))
    }

    @Test("80: a success without a body is refused, for an index, the feed and an archive")
    func empty() async throws {
        _ = try await refused(.network) { Self.isIndex($0) ? .ok([]) : nil }
        _ = try await refused(.network) { $0.path.hasSuffix("/changes") ? .ok([]) : nil }
        _ = try await refused(.integrity) { Self.isArchive($0) ? .ok([]) : nil }
    }

    @Test(
        "81: a redirect is not followed, wherever it leads, and takes no token with it",
        arguments: [301, 302, 307, 308])
    func redirects(_ status: Int) async throws {
        let other = try TestServer { _ in .ok("caught") }
        defer { other.stop() }
        for target in [other.url + "/x", "file:///etc/passwd", "//127.0.0.1:\(other.port)/x", "/api/v1/elsewhere"] {
            for part in ["/index/", ".tar.gz", "/changes"] {
                let (error, _) = try await refused(.network) {
                    $0.target.contains(part) ? .status(status, headers: [("Location", target)]) : nil
                }
                #expect(error?.reason == "redirect")
            }
        }
        #expect(other.requests.isEmpty)
    }

    @Test("81: a token is sent only when the registry asks for one, and to no other origin")
    func tokens() async throws {
        let token = "vais_" + String(repeating: "a", count: 64)
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install(session: project.session(token: token))
        #expect(registry.server.requests.allSatisfy { $0["authorization"] == nil })
        let closed = try TestRegistry()
        try closed.publish("b", "1.0.0")
        closed.lie { $0["authorization"] == "Bearer \(token)" ? nil : .status(401) }
        let corp = "\n[registries.corp]\nurl = \"\(closed.url)\""
        let both = try TestProject(registry, "a = \"^1\"\nb = { version = \"^1\", registry = \"corp\" }" + corp)
        let error = await failure { try await both.install(session: both.session(token: token)) }
        #expect(error?.code == .input, "the token is the default registry's")
        #expect(closed.server.requests.allSatisfy { $0["authorization"] == nil })
        let member = try TestProject(closed, "b = \"^1\"")
        try await member.install(session: member.session(token: token))
        #expect(member.installed("b/vais.toml") != nil)
    }

    @Test("82: a body without end is cut at what its index states, and leaves no file")
    func endless() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n".utf8)
        let piece = [UInt8](repeating: 7, count: 1 << 16)
        let (error, _) = try await refused(.integrity) {
            Self.isArchive($0) ? .endless(head: head, piece: piece, pause: 0) : nil
        }
        #expect(error?.reason == "size")
        _ = try await refused(.network) {
            $0.path.hasSuffix("/changes") ? .endless(head: head, piece: piece, pause: 0) : nil
        }
    }

    @Test("82: a byte now and then is given up")
    func dripping() async throws {
        let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 150\r\n\r\n".utf8)
        for part in ["/index/", ".tar.gz"] {
            let (error, _) = try await refused(.network, patience: .milliseconds(400)) {
                $0.target.contains(part) ? .endless(head: head, piece: [1], pause: 50_000) : nil
            }
            #expect(error?.reason == "timeout")
        }
    }

    @Test("82: a wrong length, an unknown encoding and stacked compression are refused")
    func encodingsOfTransfer() async throws {
        _ = try await refused(.network) {
            Self.isArchive($0) ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort") : nil
        }
        _ = try await refused(.network) {
            Self.isIndex($0) ? .raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"k\":\"h\"") : nil
        }
        _ = try await refused(.network) { Self.isIndex($0) ? .raw("rubbish that is no HTTP\r\n\r\n") : nil }
        for coding in ["rot13", Array(repeating: "gzip", count: 10).joined(separator: ", ")] {
            _ = try await refused(.network) {
                Self.isIndex($0) ? .ok([1, 2, 3], headers: [("Content-Encoding", coding)]) : nil
            }
        }
        // A hundred megabytes of zeros in a hundred kilobytes.
        let bomb = GzipBuilder.zeros(100 << 20, after: [])
        _ = try await refused(.network) {
            Self.isIndex($0) ? .ok(bomb, headers: [("Content-Encoding", "gzip")]) : nil
        }
    }

    @Test("83: damage on the way is repaired by one more attempt, and then it is an error")
    func damage() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let good = registry.archive(of: "a", "1.0.0")
        let bad = Self.flipped(good)
        let attempts = Counter()
        registry.lie { Self.isArchive($0) && attempts.next() == 1 ? .ok(bad) : nil }
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        #expect(attempts.count == 2)
        #expect(try Files.read(project.cache + "/a/1.0.0/archive.tar.gz") == good)
        let (error, always) = try await refused(.integrity) { Self.isArchive($0) ? .ok(bad) : nil }
        #expect(error?.reason == "checksum" && error?.hint != nil)
        #expect(always.server.targets.count { $0.hasSuffix(".tar.gz") } == 3, "two attempts, and the honest one")
    }

    @Test("83: a connection that breaks is tried once more, and then it is an error")
    func earlyClose() async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let attempts = Counter()
        let half = Array("HTTP/1.1 200 OK\r\nContent-Length: 150\r\n\r\nhalf".utf8)
        registry.lie { Self.isArchive($0) && attempts.next() == 1 ? .raw(half) : nil }
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        #expect(project.installed("a/vais.toml") != nil)
        let (error, _) = try await refused(.network) { Self.isArchive($0) ? .raw(half) : nil }
        #expect(error?.reason == "broken")
    }

    @Test("that is busy is asked again when it says, but not for ever", arguments: [429, 503])
    func busy(_ status: Int) async throws {
        let registry = try TestRegistry()
        try registry.publish("a", "1.0.0")
        let attempts = Counter()
        registry.lie {
            Self.isArchive($0) && attempts.next() == 1 ? .status(status, headers: [("Retry-After", "0")]) : nil
        }
        let project = try TestProject(registry, "a = \"^1\"")
        try await project.install()
        #expect(attempts.count == 2)
        let (error, _) = try await refused(status == 429 ? .network : .network) {
            Self.isArchive($0) ? .status(status, headers: [("Retry-After", "3600")]) : nil
        }
        #expect(error?.message.isEmpty == false)
    }

    @Test("that is not there is exit 3, with a hint")
    func down() async throws {
        let server = try TestServer { _ in .status(500) }
        let address = try RegistryAddress(parsing: server.url)
        server.stop()
        let project = try TestProject(address)
        try project.manifest("a = \"^1\"")
        let error = await failure { try await project.install() }
        #expect(error?.code == .network)
    }

    private static func flipped(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        bytes[bytes.count / 2] ^= 1
        return bytes
    }
}
