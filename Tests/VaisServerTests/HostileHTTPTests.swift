import RegistryTesting
import Testing
import VaisProtocol
import VaisServer

@Suite("Hostile HTTP") struct HostileHTTPTests {
    @Test(
        "a request whose length can be read in two ways is refused and the connection closed",
        arguments: [
            "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "Content-Length: +5\r\n\r\nabcde",
            "Content-Length: 0x5\r\n\r\nabcde", "Content-Length : 5\r\n\r\nabcde", "Content-Length: -1\r\n\r\n",
            "Content-Length: 99999999999999999999\r\n\r\n", "X: a\r\n b\r\n\r\n",
            "Transfer-Encoding: chunked, x\r\n\r\n",
        ])
    func framing(_ rest: String) async throws {
        try await TestServer.with { server in
            let (answer, isClosed) = try await server.client.connected { connection in
                connection.write("POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + rest)
                return (try connection.readAnswer(), connection.isClosed())
            }
            #expect(answer.status == 400, "\(answer.status)")
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["connection"] == "close")
            #expect(try answer.json()["request_id"] == .string(answer["x-request-id"] ?? ""))
            #expect(isClosed)
            #expect(try await server.client.get("/health").status == 200)
        }
    }

    @Test(
        "chunks that only lenient readers understand are refused",
        arguments: ["5\nabcde\n0\n\n", "5;a\nb\r\nabcde\r\n0\r\n\r\n", "zz\r\n"])
    func chunks(_ body: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.raw(
                "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + body)
            #expect(answer.status == 400)
            #expect(answer["connection"] == "close")
        }
    }

    @Test(
        "what is no HTTP at all gets a problem document",
        arguments: ["hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}"])
    func rubbish(_ text: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.raw(text)
            #expect(answer.status == 400)
            #expect(answer.code == "bad_request")
        }
    }

    @Test("too many or too large headers are 431")
    func headers() async throws {
        try await TestServer.with { server in
            let many = (0..<65_536).map { "A\($0): b\r\n" }.joined()
            for headers in [many, "A: " + String(repeating: "b", count: 2 << 20) + "\r\n"] {
                let answer = try await server.client.raw("GET /health HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n")
                #expect(answer.status == 431, "\(answer.text)")
                #expect(answer.code == "headers_too_large")
            }
            let long = try await server.client.get("/search?q=" + String(repeating: "%41", count: 3000))
            #expect(long.status == 431 || long.status == 400)
            #expect(try await server.client.get("/health").status == 200)
        }
    }

    @Test(
        "paths are decoded once, and what hides in them is refused",
        arguments: [
            ("/packages/%2e%2e/index.json", 404), ("/packages/../health", 404), ("/packages/a%2f..%2fb", 400),
            ("/packages/a%00b", 400), ("/packages/%252e%252e", 404), ("/packages/%C0%AE%C0%AE", 400),
            ("/packages/%zz", 400), ("/packages/%4", 400), ("/health%00", 400), ("//health", 404), ("/health/", 404),
            ("/%68ealth", 200), ("*", 400), ("/packages/a\\b", 404), ("/users/%E2%80%8B", 404),
        ])
    func paths(_ path: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.get(path, ["Accept": "application/json"])
            #expect(answer.status == status, "\(answer.text)")
            if status != 200 { #expect(answer["content-type"] == "application/problem+json") }
        }
    }

    @Test(
        "numbers out of bounds are refused, large limits are cut",
        arguments: [
            ("page=9223372036854775808", 400), ("per_page=-1", 400), ("limit=-1", 400), ("limit=1e3", 400),
            ("limit=+1", 400), ("offset=9223372036854775807", 400), ("limit=1&limit=2", 400), ("limit=", 400),
            ("limit=1000", 200), ("page=2&per_page=10", 200), ("page=0", 400), ("q=%FF", 400),
        ])
    func parameters(_ query: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.get("/search?q=a&" + query)
            #expect(answer.status == (query.hasPrefix("q=") ? 400 : status), "\(answer.text)")
        }
    }

    @Test(
        "search takes operators, quotes and wildcards as text",
        arguments: ["%22", "a%20OR%20b", "NEAR(", "%25", "_", "%2A", "name%3A*", "'%3B--", "%2525", "%E2%84%AA"])
    func search(_ query: String) async throws {
        try await TestServer.with(.sqlite) { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("pad"), "pad", token: token)
            let answer = try await server.client.get("/search?q=" + query)
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try SearchResult(parsing: answer.body).total == 0)
        }
    }

    @Test("a wrong method tells which are right, and HEAD goes where GET goes")
    func methods() async throws {
        try await TestServer.with { server in
            let wrong = try await server.client.send("DELETE", "/health")
            #expect(wrong.status == 405)
            #expect(wrong["allow"] == "GET, HEAD, OPTIONS")
            #expect(wrong.code == "method_not_allowed")
            let posted = try await server.client.send("PUT", "/packages/publish")
            #expect(posted["allow"] == "GET, HEAD, POST, OPTIONS")
            let head = try await server.client.send("HEAD", "/health")
            let length = try await server.client.get("/health").body.count
            #expect(head.status == 200 && head.body.isEmpty && head["content-length"] == String(length))
            #expect(try await server.client.send("PUT", "/nowhere").status == 404)
        }
    }

    @Test(
        "bodies that are not the expected JSON are refused with the place",
        arguments: [
            ("application/json", "{", 400), ("application/json", "[]", 400),
            ("application/json", #"{"username":1}"#, 400),
            ("application/json", #"{"username":"a","username":"b","password":"c"}"#, 400), ("text/plain", "{}", 415),
            ("application/json", "\u{FEFF}{}", 400), ("application/json", String(repeating: "[", count: 1000), 400),
            ("application/json", "\"" + String(repeating: "a", count: 70_000) + "\"", 413),
            ("application/json", "", 400),
        ])
    func jsonBodies(_ type: String, _ body: String, _ status: Int) async throws {
        try await TestServer.with { server in
            let answer = try await server.client.send(
                "POST", "/auth/login", ["Content-Type": type], body: Array(body.utf8))
            #expect(answer.status == status, "\(answer.text)")
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer.error != nil)
        }
    }

    @Test("forged headers change nothing, and every answer has the security headers")
    func forged() async throws {
        try await TestServer.with { server in
            let answer = try await server.client.get(
                "/.well-known/vais-registry",
                ["X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.0.0.1", "X-Request-Id": "forged"])
            #expect(answer.status == 200)
            #expect(!answer.text.contains("evil"))
            #expect(answer["x-request-id"] != "forged")
            #expect(answer["x-content-type-options"] == "nosniff")
            #expect(answer["content-security-policy"]?.contains("default-src 'none'") == true)
            #expect(answer["access-control-allow-origin"] == nil)
            #expect(answer["vais-serial"] != nil)
        }
    }

    @Test("only the allowed origins may read answers")
    func origins() async throws {
        try await TestServer.with(configure: { $0.allowedOrigins = ["https://good.example"] }) { server in
            let good = try await server.client.get("/health", ["Origin": "https://good.example"])
            #expect(good["access-control-allow-origin"] == "https://good.example")
            #expect(good["vary"] == "Origin")
            #expect(
                try await server.client.get("/health", ["Origin": "https://evil.example"])[
                    "access-control-allow-origin"] == nil)
            let asked = try await server.client.send("OPTIONS", "/auth/login", ["Origin": "https://good.example"])
            #expect(asked.status == 204 && asked["access-control-allow-methods"] == "POST")
            #expect(asked["access-control-allow-credentials"] == nil)
        }
    }

    @Test("requests sent one behind the other are answered in order on one connection")
    func pipelining() async throws {
        try await TestServer.with { server in
            let statuses = try await server.client.connected { connection in
                let request = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
                connection.write(request + "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n" + request)
                return [
                    try connection.readAnswer().status, try connection.readAnswer().status,
                    try connection.readAnswer().status,
                ]
            }
            #expect(statuses == [200, 404, 200])
        }
    }
}
