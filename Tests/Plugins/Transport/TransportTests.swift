import CVaisPlugin
import Synchronization
import Testing

@Suite("The transport plugin") struct TransportTests {
    /// Answers every request on a connection with its own target.
    static let echo: HostileServer.Behaviour = { connection in
        while let head = connection.readHead() {
            guard connection.respond(head.target) else { return }
        }
    }

    @Test("sends what it is given, with its user agent, and hands back status, fields and body")
    func roundTrip() async throws {
        let seen = Mutex("")
        try await withServer({ connection in
            guard let head = connection.readHead() else { return }
            seen.withLock { $0 = head.text }
            connection.respond(
                "hello", status: "404 Not Found", fields: "X-One:  1 \r\nx-two:\r\nX-Three: a\r\n\tb\r\n")
        }) { server, client in
            var request = TestRequest(server, "/a%20b?c=d")
            request.headers = [("Accept", "application/json"), ("X-Empty", "")]
            let response = await client.send(request)
            #expect(response.outcome == VAIS_OK && response.status == 404 && response.text == "hello")
            #expect(response["x-one"] == "1" && response["x-two"] == "" && response["x-three"] == "a b")
            let lines = seen.withLock { $0 }.split(separator: "\r\n").map(String.init)
            #expect(lines.first == "GET /a%20b?c=d HTTP/1.1")
            #expect(
                Set(lines.dropFirst()) == [
                    "Host: 127.0.0.1:\(server.port)", "User-Agent: vais-tests/1", "Accept: application/json",
                    "X-Empty:",
                ])
        }
    }

    @Test("keeps a connection for the next request")
    func keepAlive() async throws {
        try await withServer(Self.echo) { server, client in
            for index in 0..<20 {
                #expect(await client.send(TestRequest(server, "/\(index)")).text == "/\(index)")
            }
            #expect(server.accepted == 1)
        }
    }

    @Test("runs a hundred transfers at once over no more connections than allowed")
    func manyAtOnce() async throws {
        try await withServer(Self.echo) { server, client in
            let right = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<100 {
                    group.addTask { await client.send(TestRequest(server, "/\(index)")).text == "/\(index)" }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 100)
            #expect((1...4).contains(server.accepted))
        }
    }

    @Test("does not count the wait for a free connection as the time to connect")
    func waitingIsNotConnecting() async throws {
        try await withServer(
            { connection in
                while connection.readHead() != nil {
                    pause(milliseconds: 300)
                    connection.respond("slow")
                }
            }, connections: 1
        ) { server, client in
            let outcomes = await withTaskGroup(of: vais_status.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        var request = TestRequest(server)
                        request.connectTimeout = 1000
                        return await client.send(request).outcome
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: VAIS_OK, count: 5))
        }
    }

    @Test("asks for compressed content and undoes it, only when told to")
    func decoding() async throws {
        let packed = gzipStored("compressed hello")
        try await withServer({ connection in
            while let head = connection.readHead() {
                let asked = head["accept-encoding"] ?? "nothing"
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nAsked: \(asked)\r\nContent-Length: \(packed.count)\r\n\r\n"
                )
                connection.send(packed)
            }
        }) { server, client in
            var request = TestRequest(server)
            request.decode = true
            let decoded = await client.send(request)
            #expect(decoded.outcome == VAIS_OK && decoded.text == "compressed hello")
            #expect(decoded["asked"]?.contains("gzip") == true)
            request.decode = false
            let raw = await client.send(request)
            #expect(raw.outcome == VAIS_OK && raw.body == packed)
            #expect(raw["asked"] == "nothing")
        }
    }

    @Test("hands a redirect to the host and does not follow it")
    func redirect() async throws {
        try await withServer({ connection in
            while let head = connection.readHead() {
                let target = head.target == "/" ? "/elsewhere" : "/never"
                connection.respond("", status: "302 Found", fields: "Location: \(target)\r\n")
            }
        }) { server, client in
            let response = await client.send(TestRequest(server))
            #expect(response.outcome == VAIS_OK && response.status == 302 && response["location"] == "/elsewhere")
        }
    }

    @Test("hands over one head: not that of 1xx, not trailers")
    func oneHead() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send(
                "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            connection.send("5\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n")
        }) { server, client in
            let response = await client.send(TestRequest(server))
            #expect(response.outcome == VAIS_OK && response.status == 200 && response.heads == 1)
            #expect(response.text == "hello" && response["x-early"] == nil && response["x-late"] == nil)
        }
    }

    @Test("takes a HEAD response as whole without a body, however large it would be")
    func head() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.send("HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n") }
        }) { server, client in
            var request = TestRequest(server)
            request.method = "HEAD"
            request.maxResponseBytes = 10
            let response = await client.send(request)
            #expect(response.outcome == VAIS_OK && response["content-length"] == "99999" && response.body.isEmpty)
            #expect(await client.send(request).outcome == VAIS_OK)
            #expect(server.accepted == 1)
        }
    }

    @Test("says in one line what it is made of")
    func describe() throws {
        let table = try PluginFile("transport-curl").table(VAIS_TRANSPORT_1, as: vais_transport.self)
        let text = String(table.describe())
        #expect(text.hasPrefix("libcurl ") && text.contains("HTTP/2") && text.contains("gzip"))
    }
}
