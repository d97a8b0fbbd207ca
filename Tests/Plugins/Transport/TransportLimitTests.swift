import CVaisPlugin
import Testing

@Suite("The transport plugin's limits") struct TransportLimitTests {
    @Test("cut an endless body at the limit")
    func endlessBody() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 4096) + "\r\n"
            while connection.send(chunk) {}
        }) { server, client in
            var request = TestRequest(server)
            request.maxResponseBytes = 100_000
            let response = await client.send(request)
            #expect(response.outcome == VAIS_LIMIT)
            #expect(response.message == "the response of 127.0.0.1:\(server.port) is larger than 100000 bytes")
            #expect(response.body.count <= 100_000)
        }
    }

    @Test("count decoded bytes, so that a small bomb does not pass")
    func decodedBytes() async throws {
        let packed = gzipStored(String(repeating: "x", count: 2000))
        try await withServer({ connection in
            while connection.readHead() != nil {
                connection.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
                connection.send(packed)
            }
        }) { server, client in
            var request = TestRequest(server)
            request.decode = true
            request.maxResponseBytes = 1999
            #expect(await client.send(request).outcome == VAIS_LIMIT)
            request.maxResponseBytes = 2000
            #expect(await client.send(request).body.count == 2000)
        }
    }

    @Test("refuse a body by its announced length, before a byte of it")
    func announcedLength() async throws {
        try await withServer({ connection in
            while connection.readHead() != nil { connection.respond("0123456789") }
        }) { server, client in
            var request = TestRequest(server)
            request.maxResponseBytes = 9
            let refused = await client.send(request)
            #expect(refused.outcome == VAIS_LIMIT && refused.body.isEmpty)
            request.maxResponseBytes = 10
            let accepted = await client.send(request)
            #expect(accepted.outcome == VAIS_OK && accepted.body.count == 10)
        }
    }

    @Test(
        "end a flood of header fields, many or one",
        arguments: [
            (field: 100, limit: 0), (field: 100, limit: 5000), (field: 50_000, limit: 10_000),
            (field: 500_000, limit: 4 << 20),
        ])
    func headerFlood(_ flood: (field: Int, limit: UInt64)) async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\n")
            let field = "X-Flood: " + String(repeating: "x", count: flood.field) + "\r\n"
            while connection.send(field) {}
        }) { server, client in
            var request = TestRequest(server)
            request.maxHeaderBytes = flood.limit
            let response = await client.send(request)
            #expect(response.outcome == VAIS_LIMIT, "\(response.message)")
            #expect(response.heads == 0)
        }
    }

    @Test(
        "refuse a request that could smuggle a line, or that is none",
        arguments: [
            ("GET", "/", "X-A", "b\r\nX-Evil: 1"), ("GET", "/", "X-A", "b\nc"), ("GET", "/", "X-A", "b\0c"),
            ("GET", "/", "X A", "b"), ("GET", "/", "X-A:", "b"), ("GET", "/", "", "b"),
            ("GET", "/", "Content-Length", "5"),
            ("GET", "/", "transfer-Encoding", "chunked"), ("GET /evil HTTP/1.1\r\nX:", "/", "X-A", "b"),
            ("", "/", "X-A", "b"),
            ("GET", "/a b", "X-A", "b"), ("GET", "/a\r\nX: y", "X-A", "b"), ("GET", "/\u{e9}", "X-A", "b"),
        ])
    func badRequests(_ method: String, _ path: String, _ name: String, _ value: String) async throws {
        try await withServer(TransportTests.echo) { server, client in
            var request = TestRequest(server, path)
            request.method = method
            request.headers = [(name, value)]
            let response = await client.send(request)
            #expect(response.outcome == VAIS_INVALID && !response.message.isEmpty)
            #expect(server.accepted == 0)
        }
    }

    @Test(
        "allow http and https only",
        arguments: ["ftp://127.0.0.1/", "file:///etc/passwd", "/etc/passwd", "", "http:/x", "httpx://a"])
    func otherSchemes(_ url: String) async throws {
        let client = try TestClient()
        defer { client.close() }
        #expect(await client.send(TestRequest(url: url)).outcome == VAIS_INVALID)
    }
}
