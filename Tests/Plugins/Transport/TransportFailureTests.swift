import CVaisPlugin
import Testing

@Suite("The transport plugin, when the other side misbehaves,") struct TransportFailureTests {
    struct Break: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let answer: String
        let words: String
    }

    static let breaks = [
        Break(
            testDescription: "the body ends early", answer: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
            words: "broke before the response was whole"),
        Break(
            testDescription: "a chunk ends early",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\nhello",
            words: "broke before the response was whole"),
        Break(
            testDescription: "the last chunk is missing",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            words: "broke before the response was whole"),
        Break(testDescription: "nothing is answered", answer: "", words: "broke before the response was whole"),
        Break(
            testDescription: "another protocol answers", answer: "SSH-2.0-OpenSSH_9.9\r\n",
            words: "did not answer in HTTP"),
        Break(
            testDescription: "a chunk size is no number",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n",
            words: "broke before the response was whole"),
        Break(
            testDescription: "the compressed body is damaged",
            answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
            words: "not coded as it says"),
    ]

    @Test("reports a broken response as such", arguments: breaks)
    func broken(_ kind: Break) async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send(kind.answer)
        }) { server, client in
            var request = TestRequest(server)
            request.decode = true
            let response = await client.send(request)
            #expect(response.outcome == VAIS_CORRUPT, "\(response.message)")
            #expect(response.message.contains(kind.words), "\(response.message)")
            #expect(response.message.contains("127.0.0.1:\(server.port)"))
        }
    }

    @Test("delivers no byte beyond the announced length, and does not go on using that connection")
    func tooManyBytes() async throws {
        try await withServer({ connection in
            guard connection.readHead() != nil else { return }
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
            connection.waitForEnd()
        }) { server, client in
            for _ in 0..<3 {
                let response = await client.send(TestRequest(server))
                #expect(response.outcome == VAIS_OK && response.text == "hello")
            }
        }
    }

    @Test("says who refused the connection")
    func refused() async throws {
        let server = try HostileServer { _ in }
        server.stop()
        let client = try TestClient()
        defer { client.close() }
        let response = await client.send(TestRequest(server))
        #expect(response.outcome == VAIS_UNAVAILABLE)
        #expect(response.message == "could not connect to 127.0.0.1:\(server.port): Connection refused")
    }

    @Test("does not claim that nothing was sent when a connection died under the request")
    func refusedAfterDeath() async throws {
        try await withServer({ connection in
            guard connection.readHead() != nil, connection.respond("first") else { return }
            _ = connection.readHead()
        }) { server, client in
            #expect(await client.send(TestRequest(server)).text == "first")
            server.stopListening()
            let response = await client.send(TestRequest(server))
            #expect(response.outcome == VAIS_CORRUPT, "\(response.message)")
        }
    }

    @Test("does not show the password of a URL in a message")
    func noPasswordInMessages() async throws {
        let server = try HostileServer { _ in }
        server.stop()
        let client = try TestClient()
        defer { client.close() }
        let response = await client.send(TestRequest(url: "http://me:secret@127.0.0.1:\(server.port)/a?token=secret"))
        #expect(response.outcome == VAIS_UNAVAILABLE)
        #expect(!response.message.contains("secret"))
    }

    @Test(
        "gives up a transfer that stalls, in its body or before its head",
        arguments: [
            "", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        ])
    func stalled(_ beginning: String) async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send(beginning)
            connection.waitForEnd()
        }) { server, client in
            var request = TestRequest(server)
            request.stallTimeout = 100
            let response = await client.send(request)
            #expect(response.outcome == VAIS_TIMEOUT)
            #expect(response.message == "127.0.0.1:\(server.port) sent and took too little for 100 ms")
        }
    }

    @Test("gives up a transfer that trickles")
    func trickle() async throws {
        try await withServer({ connection in
            _ = connection.readHead()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while connection.send("x") { pause(milliseconds: 5) }
        }) { server, client in
            var request = TestRequest(server)
            request.stallTimeout = 100
            #expect(await client.send(request).outcome == VAIS_TIMEOUT)
        }
    }

    @Test("ends a transfer at its deadline, under way or waiting for a connection")
    func deadline() async throws {
        try await withServer(
            { connection in
                _ = connection.readHead()
                connection.waitForEnd()
            }, connections: 1
        ) { server, client in
            let outcomes = await withTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        var request = TestRequest(server)
                        request.deadline = TestRequest.deadline(in: 100)
                        return await client.send(request)
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.map(\.outcome) == [VAIS_TIMEOUT, VAIS_TIMEOUT, VAIS_TIMEOUT])
            #expect(outcomes.allSatisfy { $0.message.hasSuffix("did not finish before the deadline") })
            #expect(server.accepted <= 1)
        }
    }
}
