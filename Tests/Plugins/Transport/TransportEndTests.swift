import CVaisPlugin
import Synchronization
import Testing

@Suite("The transport plugin ends transfers") struct TransportEndTests {
    /// Begins a response and leaves it unfinished.
    static let endless: HostileServer.Behaviour = { connection in
        guard connection.readHead() != nil else { return }
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
        connection.waitForEnd()
    }

    @Test("that are cancelled, under way or waiting, and no others")
    func cancelling() async throws {
        try await withServer(
            { connection in
                while let head = connection.readHead() {
                    guard head.target == "/endless" else {
                        connection.respond("fine")
                        continue
                    }
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello")
                    connection.waitForEnd()
                }
            }, connections: 1
        ) { server, client in
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            let (ends, end) = AsyncStream.makeStream(of: TestResponse.self)
            var first = TestRequest(server, "/endless")
            first.onData = { _ in
                begin.yield()
                return false
            }
            let running = client.submit(first) { end.yield($0) }
            let waiting = client.submit(TestRequest(server, "/waiting")) { end.yield($0) }
            let last = client.submit(TestRequest(server, "/last")) { end.yield($0) }
            #expect(Set([0, running, waiting, last]).count == 4)
            for await _ in begun { break }
            client.cancel(waiting)
            client.cancel(running)
            client.cancel(running)
            client.cancel(999)
            var responses: [TestResponse] = []
            for await response in ends {
                responses.append(response)
                if responses.count == 3 { break }
            }
            #expect(responses.map(\.outcome).sorted() == [VAIS_OK, VAIS_CANCELLED, VAIS_CANCELLED])
            #expect(responses.first { $0.outcome == VAIS_OK }?.text == "fine")
            client.cancel(last)
            #expect(await client.send(TestRequest(server, "/after")).text == "fine")
        }
    }

    @Test("when the host says so in `head` or in `data`")
    func stopping() async throws {
        try await withServer(Self.endless) { server, client in
            var request = TestRequest(server)
            request.stopsAtHead = true
            let atHead = await client.send(request)
            #expect(atHead.outcome == VAIS_CANCELLED && atHead.heads == 1 && atHead.body.isEmpty)
            request.stopsAtHead = false
            request.onData = { _ in true }
            let atData = await client.send(request)
            #expect(atData.outcome == VAIS_CANCELLED && atData.text == "hello")
        }
    }

    @Test("each once, when the client is closed with transfers under way, waiting and queued")
    func closing() async throws {
        let server = try HostileServer(Self.endless)
        defer { server.stop() }
        let client = try TestClient(connections: 2)
        let outcomes = Mutex<[vais_status]>([])
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        for index in 0..<20 {
            var request = TestRequest(server, "/\(index)")
            request.onData = { _ in
                begin.yield()
                return false
            }
            client.submit(request) { response in outcomes.withLock { $0.append(response.outcome) } }
        }
        for await _ in begun { break }
        client.submit(TestRequest(server)) { response in outcomes.withLock { $0.append(response.outcome) } }
        client.close()
        #expect(outcomes.withLock { $0 } == Array(repeating: VAIS_CANCELLED, count: 21))
    }

    @Test("and takes the next from inside `done`")
    func submittingFromDone() async throws {
        try await withServer(TransportTests.echo) { server, client in
            let second = await withCheckedContinuation { continuation in
                client.submit(TestRequest(server, "/first")) { first in
                    guard first.text == "/first" else { return continuation.resume(returning: first) }
                    client.submit(TestRequest(server, "/second")) { continuation.resume(returning: $0) }
                }
            }
            #expect(second.text == "/second")
        }
    }
}
