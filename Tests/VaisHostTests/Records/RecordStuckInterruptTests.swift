import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("An interrupt that does not return", .timeLimit(.minutes(2))) struct RecordStuckInterruptTests {
    private var patience: Patience {
        var patience = Patience()
        patience.interrupt = .milliseconds(20)
        patience.grace = .milliseconds(20)
        return patience
    }

    /// Cancels a scan that only an interrupt ends, and waits until it is being interrupted.
    private func interruptScan(_ fixture: RecordFixture) async throws {
        let scans = fixture.plan.count(FAULTY_SCAN)
        fixture.plan.set(FAULTY_SCAN, FAULTY_DEAF)
        let task = Task { try await fixture.store.scan(fixture.shapes.scan(), after: nil, limit: 10) }
        try await fixture.until("the scan") { fixture.plan.count(FAULTY_SCAN) == scans + 1 }
        let interrupts = faulty_interrupts(fixture.plan.pointer)
        task.cancel()
        _ = await task.result
        try await fixture.until("the interrupt") { faulty_interrupts(fixture.plan.pointer) == interrupts + 1 }
    }

    @Test("costs the call its session, not its thread, and keeps no other call from being interrupted")
    func replaced() async throws {
        // One thread that reads.
        try await RecordFixture.with(maxSessions: 2, patience: patience) { fixture in
            fixture.plan.set(FAULTY_INTERRUPT, FAULTY_HOLD)
            try await interruptScan(fixture)
            let number = try await fixture.number("a")
            #expect(number == nil)
            #expect(fixture.plan.count(FAULTY_SESSION_OPEN) == 2)
            try await interruptScan(fixture)
            // The one that is left, and the reading thread's.
            #expect(faulty_sessions(fixture.plan.pointer) == 2)
            // A third is more than the backend allows.
            let error = await #expect(throws: StorageError.self) { try await fixture.insert("a", 1) }
            #expect(error?.code == .unavailable)
            fixture.plan.release()
            try await fixture.until("the end of the session") { faulty_sessions(fixture.plan.pointer) == 1 }
            try await fixture.insert("a", 1)
            #expect(try await fixture.number("a") == 1)
            #expect(faulty_most_sessions(fixture.plan.pointer) == 2)
            #expect(faulty_shared_sessions(fixture.plan.pointer) == 0)
        }
    }

    @Test("twice leaves the cancel flag, and a store that closes leaves it behind, open underneath")
    func exhausted() async throws {
        var patience = patience
        patience.closing = .milliseconds(50)
        try await RecordFixture.with(patience: patience) { fixture in
            fixture.plan.set(FAULTY_INTERRUPT, FAULTY_HOLD, times: .max)
            try await interruptScan(fixture)
            try await interruptScan(fixture)
            try await fixture.until("the shortage") { fixture.store.store.gate.stuckCalls == 2 }
            fixture.plan.set(FAULTY_GET, FAULTY_WAIT)
            let task = Task { try await fixture.number("a") }
            try await fixture.until("the read") { fixture.plan.count(FAULTY_GET) == 1 }
            task.cancel()
            _ = await task.result
            try await fixture.until("its end") { fixture.plan.waiting == 2 }
            try await fixture.until("the empty queue") { fixture.store.sessions.interrupter?.waiting == 0 }
            #expect(faulty_interrupts(fixture.plan.pointer) == 2)
            await fixture.close()
            #expect(faulty_closes(fixture.plan.pointer) == 0)
            fixture.plan.release()
            try await fixture.until("the end of the sessions") { faulty_sessions(fixture.plan.pointer) == 0 }
            #expect(faulty_shared_sessions(fixture.plan.pointer) == 0)
        }
    }

    @Test("lets others wait for it only up to a number; where nothing is interrupted, none wait")
    func bounded() async throws {
        var patience = patience
        patience.interrupt = .seconds(3600)
        try await RecordFixture.with(patience: patience) { fixture in
            fixture.plan.set(FAULTY_INTERRUPT, FAULTY_HOLD)
            fixture.plan.set(FAULTY_SCAN, FAULTY_DEAF)
            let task = Task { try await fixture.store.scan(fixture.shapes.scan(), after: nil, limit: 10) }
            try await fixture.until("the scan") { fixture.plan.waiting == 1 }
            task.cancel()
            try await fixture.until("the interrupt") { faulty_interrupts(fixture.plan.pointer) == 1 }
            for _ in 0..<5000 { fixture.store.sessions.interrupt(CallBounds(timeout: .seconds(1))) }
            #expect(fixture.store.sessions.interrupter?.waiting == 1024)
            fixture.plan.release()
            try await fixture.until("the others") { fixture.store.sessions.interrupter?.waiting == 0 }
        }
        try await RecordFixture.with(.memory, .one) { #expect($0.store.sessions.interrupter == nil) }
    }
}
