import CVaisPlugin
import Testing

@Suite("The transport plugin, over TLS,") struct TransportTLSTests {
    @Test("trusts a server whose certificate is in ca_file and names it")
    func trusted() async throws {
        let identity = try TLSIdentity("127.0.0.1")
        try await withTLS(identity, trusting: identity, TransportTests.echo) { server, client in
            for path in ["/a", "/b"] {
                let response = await client.send(TestRequest(server, path, scheme: "https"))
                #expect(response.outcome == VAIS_OK && response.text == path, "\(response.message)")
            }
            #expect(server.accepted == 1)
        }
    }

    @Test("sends nothing to a server whose certificate is unknown, or is another's", arguments: [true, false])
    func untrusted(_ isKnown: Bool) async throws {
        let identity = try TLSIdentity(isKnown ? "registry.example.org" : "127.0.0.1")
        let trusted = isKnown ? identity : try TLSIdentity("127.0.0.1")
        try await withTLS(identity, trusting: trusted, TransportTests.echo) { server, client in
            let response = await client.send(TestRequest(server, scheme: "https"))
            #expect(response.outcome == VAIS_DENIED && response.heads == 0)
            #expect(response.message.hasPrefix("the certificate of 127.0.0.1:\(server.port) is not trusted: "))
        }
    }

    @Test("says so when the server does not speak it")
    func plainServer() async throws {
        try await withServer({ connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.waitForEnd()
        }) { server, client in
            let response = await client.send(TestRequest(server, scheme: "https"))
            #expect(response.outcome == VAIS_UNAVAILABLE)
            #expect(response.message.hasPrefix("could not agree on TLS with 127.0.0.1:\(server.port): "))
        }
    }

    @Test("runs many transfers at once over one HTTP/2 connection")
    func multiplexing() async throws {
        let identity = try TLSIdentity("127.0.0.1")
        try await withTLS(
            identity, trusting: identity, http2: true,
            { connection in
                guard let http2 = HTTP2Connection(connection) else { return }
                // Answers nobody until all have asked, and the last first.
                var streams: [UInt32] = []
                while streams.count < 50, let stream = http2.nextRequest() { streams.append(stream) }
                for stream in streams.reversed() { http2.respond("multiplexed", to: stream) }
                while http2.nextRequest() != nil {}
            }
        ) { server, client in
            let right = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        await client.send(TestRequest(server, "/\(index)", scheme: "https")).text == "multiplexed"
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 50)
            #expect(server.accepted == 1)
        }
    }

    @Test("reports an HTTP/2 stream that is reset in the middle, and goes on with the connection")
    func reset() async throws {
        let identity = try TLSIdentity("127.0.0.1")
        try await withTLS(
            identity, trusting: identity, http2: true,
            { connection in
                guard let http2 = HTTP2Connection(connection), let first = http2.nextRequest() else { return }
                http2.send(.headers, flags: 4, stream: first, [0x88])
                http2.send(.data, stream: first, Array("hel".utf8))
                http2.send(.resetStream, stream: first, [0, 0, 0, 2])
                while let stream = http2.nextRequest() { http2.respond("fine", to: stream) }
            }
        ) { server, client in
            let broken = await client.send(TestRequest(server, scheme: "https"))
            #expect(broken.outcome == VAIS_CORRUPT && broken.text == "hel", "\(broken.message)")
            #expect(await client.send(TestRequest(server, scheme: "https")).text == "fine")
            #expect(server.accepted == 1)
        }
    }

    private func withTLS(
        _ identity: TLSIdentity, trusting authority: TLSIdentity, http2: Bool = false,
        _ behaviour: @escaping HostileServer.Behaviour, _ body: (HostileServer, TestClient) async throws -> Void
    ) async throws {
        let server = try HostileServer(identity: identity, http2: http2, behaviour)
        defer { server.stop() }
        let client = try TestClient(settings: ["no_proxy": "*", "ca_file": authority.file])
        defer { client.close() }
        try await body(server, client)
    }
}
