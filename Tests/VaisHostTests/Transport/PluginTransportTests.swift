import Foundation
import Synchronization
import Testing

@testable import VaisHost

@Suite("The transport") struct PluginTransportTests {
    @Test("brings back status, header fields and body", arguments: PluginIsolation.all)
    func fetching(_ isolation: PluginIsolation) async throws {
        let server = try TestServer {
            $0.respond("404 Not Found", headers: ["x-one: 1", "X-Two: zwei"], body: Array("no \($0.path)".utf8))
        }
        let transport = try RealPlugins.transport(isolation)
        let (head, body) = try await transport.fetch(TransportRequest("GET", server.url + "/a/b?c"))
        #expect(head.status == 404)
        #expect(head["x-two"] == "zwei" && head["X-ONE"] == "1" && head["x-three"] == nil)
        #expect(String(decoding: body, as: UTF8.self) == "no /a/b?c")
        #expect(transport.about.contains("curl"))
        await transport.close()
    }

    @Test("moves many transfers at once, each to its own receiver", arguments: PluginIsolation.all)
    func concurrency(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { exchange in
            exchange.respond(
                body: [UInt8](repeating: UInt8(exchange.path.dropFirst()) ?? 0, count: 50_000 + exchange.path.count))
        }
        let transport = try RealPlugins.transport(isolation)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let (head, body) = try await transport.fetch(TransportRequest("GET", "\(server.url)/\(number)"))
                    #expect(head.status == 200)
                    #expect(body == [UInt8](repeating: UInt8(number), count: 50_001 + "\(number)".count))
                }
            }
            try await group.waitForAll()
        }
        await transport.close()
    }

    @Test("sends a body of bytes and one made piece by piece", arguments: PluginIsolation.all)
    func bodies(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { exchange in exchange.respond(body: exchange.body) }
        let transport = try RealPlugins.transport(isolation)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let whole = try await transport.fetch(TransportRequest("PUT", server.url, body: .bytes(bytes)))
        #expect(whole.body == bytes)
        let sent = Mutex(0)
        let stream = TransportRequest.Body.stream(size: UInt64(bytes.count)) { buffer in
            sent.withLock { sent in
                let count = min(buffer.count, bytes.count - sent, 10_001)
                bytes.withUnsafeBytes {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count]))
                }
                sent += count
                return count
            }
        }
        let pieces = try await transport.fetch(TransportRequest("PUT", server.url, body: stream))
        #expect(pieces.body == bytes)
        let empty = try await transport.fetch(TransportRequest("PUT", server.url, body: .bytes([])))
        #expect(empty.body == [])
        await transport.close()
    }

    struct Objection: Error {}

    @Test("stops when the receiver or the sender objects, and says why", arguments: PluginIsolation.all)
    func objections(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\n\r\n")
            while exchange.send([UInt8](repeating: 1, count: 10_000)) {}
        }
        let transport = try RealPlugins.transport(isolation)
        let atHead = await #expect(throws: TransportError.self) {
            try await transport.send(
                TransportRequest("GET", server.url), onHead: { _ in throw Objection() }, onData: { _ in })
        }
        #expect(atHead?.code == .stopped && atHead?.cause is Objection, "\(atHead.debugDescription)")
        let atData = await #expect(throws: TransportError.self) {
            try await transport.send(
                TransportRequest("GET", server.url), onHead: { _ in }, onData: { _ in throw Objection() })
        }
        #expect(atData?.code == .stopped && atData?.cause is Objection, "\(atData.debugDescription)")
        let body = TransportRequest.Body.stream(size: 10) { _ in throw Objection() }
        let atBody = await #expect(throws: TransportError.self) {
            try await transport.fetch(TransportRequest("PUT", server.url, body: body))
        }
        #expect(atBody?.code == .stopped && atBody?.cause is Objection, "\(atBody.debugDescription)")
        await transport.close()
    }

    @Test(
        "stops when its task is cancelled, before the request or in the middle of the answer",
        arguments: PluginIsolation.all)
    func cancellation(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { exchange in
            exchange.send("HTTP/1.1 200 OK\r\n\r\nfirst")
            exchange.waitForClient()
        }
        let transport = try RealPlugins.transport(isolation)
        let (started, begun) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await transport.send(
                TransportRequest("GET", server.url), onHead: { _ in }, onData: { _ in begun.yield() })
        }
        for await _ in started { break }
        task.cancel()
        #expect(await failure { try await task.value } == .stopped)
        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await transport.fetch(TransportRequest("GET", server.url)).head
        }
        #expect(await failure { try await early.value } == .stopped)
        await transport.close()
    }

    @Test("follows no redirect, so that no credential goes elsewhere", arguments: PluginIsolation.all)
    func redirects(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { $0.respond("302 Found", headers: ["location: /elsewhere"]) }
        let transport = try RealPlugins.transport(isolation)
        let (head, _) = try await transport.fetch(
            TransportRequest("GET", server.url, headers: [("authorization", "Bearer x")]))
        #expect(head.status == 302 && head["location"] == "/elsewhere")
        await transport.close()
    }

    @Test("says what kind of failure it was", arguments: PluginIsolation.all)
    func failures(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { exchange in
            switch exchange.path {
            case "/cut": exchange.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")
            case "/large": exchange.respond(body: [UInt8](repeating: 1, count: 100_000))
            default: exchange.waitForClient()
            }
        }
        let transport = try RealPlugins.transport(isolation)
        #expect(
            await failure { try await transport.fetch(TransportRequest("GET", server.url + "/cut")).head } == .broken)
        var large = TransportRequest("GET", server.url + "/large")
        large.maxResponseBytes = 99_999
        #expect(await failure { try await transport.fetch(large).head } == .tooLarge)
        large.maxResponseBytes = 100_000
        #expect(await failure { try await transport.fetch(large).head } == nil)
        var slow = TransportRequest("GET", server.url + "/slow")
        slow.timeout = .milliseconds(100)
        #expect(await failure { try await transport.fetch(slow).head } == .timeout)
        #expect(
            await failure { try await transport.fetch(TransportRequest("GET", "ftp://127.0.0.1/")).head }
                == .unsupported)
        #expect(
            await failure {
                try await transport.fetch(TransportRequest("GET", server.url, headers: [("a", "b\r\nc: d")])).head
            }
                == .unsupported)
        await transport.close()
        #expect(await failure { try await transport.fetch(TransportRequest("GET", server.url)).head } == .stopped)
    }

    @Test("names the request in an error, without query and credentials", arguments: PluginIsolation.all)
    func messages(_ isolation: PluginIsolation) async throws {
        let transport = try RealPlugins.transport(isolation)
        let error = await #expect(throws: TransportError.self) {
            try await transport.fetch(TransportRequest("GET", "http://ann:secret@127.0.0.1:1/x?token=secret"))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasPrefix("GET http://127.0.0.1:1/x: ") == true)
        #expect(error?.message.contains("secret") == false)
        await transport.close()
    }

    @Test("refuses a plugin that allows one call at a time: nothing could be submitted while it waits")
    func threadModel() throws {
        let folder = try TestFolder()
        let note = SamplePlugin.note(["kind": "transport", "interfaces": "vais.transport/1"])
        let library = try SamplePlugin(folder: folder).build("narrow", [note, "THREADS=VAIS_THREADS_ONE"])
        let host = try RealPlugins.host(
            "[transport]\nplugin = \"\(library)\"\n[transport.config]\npath = \"x\"\n", folder: folder)
        let error = #expect(throws: PluginError.self) { try host.loadTransport() }
        #expect(error?.code == .incompatible)
    }

    @Test("ends what is under way when it is closed", arguments: PluginIsolation.all)
    func closing(_ isolation: PluginIsolation) async throws {
        let server = try TestServer { $0.waitForClient() }
        let transport = try RealPlugins.transport(isolation)
        await withTaskGroup(of: TransportError.Code?.self) { group in
            for _ in 0..<10 {
                group.addTask { await failure { try await transport.fetch(TransportRequest("GET", server.url)).head } }
            }
            // Whether a transfer was submitted before or after makes no difference to its end.
            group.addTask {
                await transport.close()
                return .stopped
            }
            for await code in group { #expect(code == .stopped) }
        }
        await transport.close()
    }
}

/// The code of the transport's error, nil when there is none.
private func failure(_ work: () async throws -> ResponseHead) async -> TransportError.Code? {
    do {
        _ = try await work()
        return nil
    } catch { return (error as? TransportError)?.code }
}
