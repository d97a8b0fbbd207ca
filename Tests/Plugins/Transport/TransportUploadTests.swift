import CVaisPlugin
import Synchronization
import Testing

@Suite("The transport plugin's uploads") struct TransportUploadTests {
    static let content = Array(repeating: (0..<251).map { UInt8($0) }, count: 12_000).flatMap { $0 }
    static func bytes(_ count: Int) -> [UInt8] { Array(content.prefix(count)) }

    /// Answers each request with how its body was framed, whether `Expect` came, the body's size and whether it is
    /// right.
    static let describe: HostileServer.Behaviour = { connection in
        while let head = connection.readHead() {
            if head["expect"] != nil { connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
            guard let body = connection.readBody(of: head) else { return }
            let framing = head["transfer-encoding"] ?? head["content-length"].map { "sized \($0)" } ?? "none"
            let isRight = body == bytes(body.count)
            connection.respond("\(head.method) \(framing) \(head["expect"] ?? "-") \(body.count) \(isRight)")
        }
    }

    @Test(
        "arrive whole, framed by their size or chunked", arguments: [0, 1, 10_000, 100_000, 1 << 20, 3_000_000],
        ["PUT", "POST"])
    func bodies(_ size: Int, _ method: String) async throws {
        let body = Self.bytes(size)
        try await withServer(Self.describe) { server, client in
            var request = TestRequest(server)
            request.method = method
            request.body = body
            let expect = size > 1 << 20 ? "100-continue" : "-"
            #expect(await client.send(request).text == "\(method) sized \(size) \(expect) \(size) true")
            request.bodySize = TestRequest.unknownSize
            #expect(await client.send(request).text == "\(method) chunked - \(size) true")
            #expect(server.accepted == 1)
        }
    }

    @Test("of methods that promise a body say when there is none", arguments: ["POST", "PUT", "PATCH"])
    func noBody(_ method: String) async throws {
        try await withServer(Self.describe) { server, client in
            var request = TestRequest(server)
            request.method = method
            #expect(await client.send(request).text == "\(method) sized 0 - 0 true")
            request.method = "DELETE"
            #expect(await client.send(request).text == "DELETE none - 0 true")
        }
    }

    @Test("go on when a server does not answer the question whether to")
    func silentServer() async throws {
        let body = Self.bytes(2_000_000)
        try await withServer({ connection in
            guard let head = connection.readHead(), let body = connection.readBody(of: head) else { return }
            connection.respond("\(body.count)")
        }) { server, client in
            var request = TestRequest(server)
            request.method = "PUT"
            request.body = body
            #expect(await client.send(request).text == "2000000")
        }
    }

    @Test("are spared when the server refuses before")
    func refusedBefore() async throws {
        try await withServer({ connection in
            guard let head = connection.readHead(), head["expect"] == "100-continue" else { return }
            connection.respond("too large", status: "413 Content Too Large", fields: "Connection: close\r\n")
            connection.waitForEnd()
        }) { server, client in
            var request = TestRequest(server)
            request.method = "PUT"
            request.body = Self.bytes(2_000_000)
            let response = await client.send(request)
            #expect(response.outcome == VAIS_OK && response.status == 413 && response.text == "too large")
        }
    }

    @Test("are sent without the question to a server that does not understand it, with one head for the host")
    func expectationFailed() async throws {
        let body = Self.bytes(2_000_000)
        try await withServer({ connection in
            while let head = connection.readHead() {
                if head["expect"] != nil {
                    connection.respond("", status: "417 Expectation Failed")
                } else if let body = connection.readBody(of: head) {
                    connection.respond("\(body.count)")
                }
            }
        }) { server, client in
            var request = TestRequest(server)
            request.method = "PUT"
            request.body = body
            let response = await client.send(request)
            #expect(
                response.outcome == VAIS_OK && response.status == 200 && response.text == "2000000",
                "\(response.message)")
            #expect(response.heads == 1)
        }
    }

    @Test("are sent again, if small, when a kept connection turns out to be dead")
    func deadConnection() async throws {
        let body = Self.bytes(30_000)
        try await withServer({ connection in
            guard let first = connection.readHead(), connection.readBody(of: first) != nil else { return }
            connection.respond("connection \(connection.number)")
            // Takes the second request and dies.
            guard let second = connection.readHead() else { return }
            _ = connection.readBody(of: second)
        }) { server, client in
            var request = TestRequest(server)
            request.method = "PUT"
            request.body = body
            #expect(await client.send(request).text == "connection 1")
            #expect(await client.send(request).text == "connection 2")
        }
    }

    @Test("that give fewer bytes than promised end the transfer")
    func shortBody() async throws {
        try await withServer({ connection in
            guard let head = connection.readHead() else { return }
            _ = connection.readBody(of: head)
        }) { server, client in
            var request = TestRequest(server)
            request.method = "PUT"
            request.body = Self.bytes(100)
            request.bodySize = 101
            let response = await client.send(request)
            #expect(response.outcome == VAIS_INVALID)
            #expect(response.message == "the body ended after 100 of 101 bytes")
        }
    }
}
