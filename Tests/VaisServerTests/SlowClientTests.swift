import Glibc
import RegistryTesting
import Testing
import VaisProtocol
import VaisServer

@Suite("Slow clients") struct SlowClientTests {
    private static let quick: @Sendable (inout ServerConfiguration) -> Void = { configuration in
        configuration.limits.headTimeout = 200
        configuration.limits.idleTimeout = 200
        configuration.limits.bodyTimeout = 200
        configuration.limits.lingerTimeout = 200
    }

    @Test("headers that do not end are cut off", arguments: ["", "GET /health HTTP/1.1\r\nHost: x\r\n"])
    func headers(_ text: String) async throws {
        try await TestServer.with(configure: Self.quick) { server in
            let answer = try await server.client.raw(text)
            #expect(answer.status == 408)
            #expect(answer.code == "request_timeout")
        }
    }

    @Test("a connection without requests is closed without a word")
    func idle() async throws {
        try await TestServer.with(configure: Self.quick) { server in
            let isClosed = try await server.client.connected { connection in
                connection.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try connection.readAnswer()
                return connection.isClosed()
            }
            #expect(isClosed)
        }
    }

    @Test("a body that does not come is cut off and leaves nothing", arguments: [true, false])
    func body(_ asks: Bool) async throws {
        try await TestServer.with(.sqlite, configure: Self.quick) { server in
            let token = try await server.token("alice")
            let form = Form().field("archive", TestPackage.archive("pad"))
            let statuses = try await server.client.connected { connection in
                connection.write(
                    "POST /packages/publish HTTP/1.1\r\nHost: x\r\nContent-Type: \(form.contentType)\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: \(form.bytes.count)\r\n"
                        + (asks ? "Expect: 100-continue\r\n\r\n" : "\r\n"))
                var statuses = asks ? [try connection.readAnswer().status] : []
                if !asks { connection.write(Array(form.bytes.dropLast(100))) }
                statuses.append(try connection.readAnswer().status)
                return statuses
            }
            #expect(statuses == (asks ? [100, 408] : [408]))
            try await eventually { try await server.registry.objects().isEmpty }
            #expect(try await server.client.get("/health").status == 200)
        }
    }

    @Test("a client that does not take its answer is cut off")
    func reading() async throws {
        try await TestServer.with(configure: Self.quick) { server in
            let token = try await server.token("alice")
            try await server.publish(TestPackage.archive("big", filler: 20 << 20), "big", token: token)
            let failure = try await server.client.connected(receiveBuffer: 64 << 10) { connection -> String? in
                connection.write("GET /packages/big/1.0.0.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n")
                // Nothing tells a client that has stopped reading that it was given up; ten times the limit will do.
                usleep(2_000_000)
                do {
                    _ = try connection.readAnswer()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            #expect(failure?.contains("ended in the answer's body") == true, "\(failure ?? "it came whole")")
        }
    }

    @Test("more connections than allowed wait until others end")
    func connections() async throws {
        try await TestServer.with(connections: 8, configure: { $0.limits.connections = 4 }) { server in
            let statuses = try await parallel(8) { _ in try await server.client.get("/health").status }
            #expect(statuses == Array(repeating: 200, count: 8))
        }
    }
}

@Suite("Stopping") struct ShutdownTests {
    @Test("a request under way is finished, new connections are refused, and run returns")
    func drain() async throws {
        try await TestServer.with { server in
            let token = try await server.token("alice")
            let form = Form().field("metadata", #"{"name":"pad","version":"1.0.0"}"#).field(
                "archive", TestPackage.archive("pad", filler: 200_000))
            let (started, continuation) = AsyncStream<Void>.makeStream()
            async let status = server.client.connected { connection in
                connection.write(
                    "POST /packages/publish HTTP/1.1\r\nHost: x\r\nContent-Type: \(form.contentType)\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: \(form.bytes.count)\r\n"
                        + "Expect: 100-continue\r\n\r\n")
                let permission = try connection.readAnswer().status
                connection.write(Array(form.bytes.prefix(100_000)))
                continuation.finish()
                // The server has stopped listening once a connection is refused.
                while (try? Connection(port: server.client.port).close()) != nil { usleep(5_000) }
                connection.write(Array(form.bytes.dropFirst(100_000)))
                return [permission, try connection.readAnswer().status]
            }
            for await _ in started {}
            await server.beginShutdown()
            #expect(try await status == [100, 200])
            try await server.shutDown()
        }
    }
}
