import Foundation
import Synchronization
import Testing

@testable import VaisHost

@Suite("A transport plugin in a process of its own") struct IsolatedTransportTests {
    let plugin: TroubledPlugin

    init() throws { plugin = try TroubledPlugin(.transport) }

    func transport(_ change: (inout IsolationLimits) -> Void = { _ in }) throws -> any Transport {
        try plugin.host(.transport, "", change).loadTransport()
    }

    @Test("that crashes ends the transfers under way with an error, and the next one starts it anew")
    func crash() async throws {
        let transport = try transport()
        for word in ["abort", "exit", "close", "garbage", "lie", "flood"] {
            let under = Task { try await transport.fetch(TransportRequest("GET", "http://x/never")) }
            let error = await #expect(throws: TransportError.self, "\(word)") {
                try await transport.fetch(TransportRequest("GET", "http://x/\(word)"))
            }
            #expect(error?.code == .broken)
            #expect(error?.message.hasPrefix("GET http://x/\(word): the transport plugin \(plugin.file)") == true)
            #expect(error?.hint?.contains("try again") == true)
            under.cancel()
            _ = await under.result
            let (head, body) = try await transport.fetch(TransportRequest("GET", "http://x/ok"))
            #expect(head.status == 200 && head["x-from"] == "the drawer" && body.count == 5)
        }
        await transport.close()
    }

    @Test("that moves no transfer any more is ended")
    func hanging() async throws {
        let transport = try transport { $0.call = .milliseconds(800) }
        let error = await #expect(throws: TransportError.self) {
            try await transport.fetch(TransportRequest("GET", "http://x/hang"))
        }
        #expect(error?.message.contains("moved no transfer within 800 ms, and was ended") == true)
        #expect(try await transport.fetch(TransportRequest("GET", "http://x/ok")).body.count == 5)
        await transport.close()
    }

    @Test("that waits for the network longer than that is left alone")
    func patience() async throws {
        let transport = try transport { $0.call = .milliseconds(200) }
        let waiting = Task { try await transport.fetch(TransportRequest("GET", "http://x/never")) }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(try await transport.fetch(TransportRequest("GET", "http://x/ok")).body.count == 5)
        waiting.cancel()
        let error = await #expect(throws: TransportError.self) { try await waiting.value }
        #expect(error?.code == .stopped)
        await transport.close()
    }

    @Test("waits while the host's receiver is busy")
    func backPressure() async throws {
        let transport = try transport()
        let seen = Mutex(0)
        let task = Task {
            try await transport.send(TransportRequest("GET", "http://x/endless"), onHead: { _ in }) { bytes in
                seen.withLock { $0 += bytes.count }
                usleep(100_000)
            }
        }
        try await Task.sleep(for: .milliseconds(1000))
        task.cancel()
        _ = await task.result
        // Some 10 pieces taken, and what fits into a socket; unhindered it would be many thousands.
        #expect(seen.withLock { $0 } < 100 * 50_000)
        await transport.close()
    }

    @Test("is killed under many transfers: each ends well or with an error")
    func killed() async throws {
        let transport = try #require(try transport() as? IsolatedTransport)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<30 {
                group.addTask {
                    for _ in 0..<20 {
                        do throws(TransportError) {
                            let (_, body) = try await transport.fetch(TransportRequest("GET", "http://x/ok"))
                            #expect(body.count == 5)
                        } catch { #expect(error.code == .broken, "\(error)") }
                    }
                }
            }
            group.addTask {
                for _ in 0..<10 {
                    if let pid = (try? transport.plugin.running())?.child.pid { kill(pid, SIGKILL) }
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
        }
        // A request may still find the one that was killed last; the next one does not.
        _ = try? await transport.fetch(TransportRequest("GET", "http://x/ok"))
        #expect(try await transport.fetch(TransportRequest("GET", "http://x/ok")).body.count == 5)
        await transport.close()
    }

    @Test("tells of itself in plain text")
    func about() async throws {
        let transport = try transport()
        #expect(transport.about == "troubled \u{FFFD}\u{FFFD}[31m")
        await transport.close()
    }
}
