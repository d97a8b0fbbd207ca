import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("A caller who gives up", .timeLimit(.minutes(2))) struct RecordCancellationTests {
    private func expectCancelled(_ task: Task<some Sendable, any Error>) async {
        let error = await #expect(throws: StorageError.self) { _ = try await task.value }
        #expect(error?.code == .timeout)
    }

    @Test("ends the plugin's read through the cancel flag", arguments: [LoadedPlugin.ThreadModel.one, .perSession])
    func flag(_ model: LoadedPlugin.ThreadModel) async throws {
        try await RecordFixture.with(.memory, model) { fixture in
            fixture.plan.set(FAULTY_GET, FAULTY_WAIT)
            let task = Task { try await fixture.number("a") }
            try await fixture.until("the read") { fixture.plan.waiting == 1 }
            task.cancel()
            await expectCancelled(task)
            try await fixture.until("its end") { fixture.plan.waiting == 0 }
            #expect(try await fixture.number("a") == nil)
        }
    }

    @Test("ends the plugin's read by an interrupt, where the plugin may be called from several threads")
    func interrupt() async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_SCAN, FAULTY_DEAF)
            let task = Task { try await fixture.store.scan(fixture.shapes.scan(), after: nil, limit: 10) }
            try await fixture.until("the scan") { fixture.plan.waiting == 1 }
            task.cancel()
            await expectCancelled(task)
            try await fixture.until("its end") { fixture.plan.waiting == 0 }
            #expect(faulty_interrupts(fixture.plan.pointer) == 1)
        }
    }

    @Test("hears at once, even when the plugin heeds nothing")
    func heedless() async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
            let task = Task { try await fixture.number("a") }
            try await fixture.until("the read") { fixture.plan.waiting == 1 }
            task.cancel()
            await expectCancelled(task)
            #expect(fixture.plan.waiting == 1)
            fixture.plan.release()
        }
    }

    @Test("takes a read out of the queue, and disturbs no other")
    func queued() async throws {
        try await RecordFixture.with(maxSessions: 2) { fixture in
            try await fixture.insert("a", 1)
            fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
            let first = Task { try await fixture.number("a") }
            try await fixture.until("the first read") { fixture.plan.waiting == 1 }
            let second = Task { try await fixture.number("a") }
            let third = Task { try await fixture.number("a") }
            try await fixture.until("the others") { fixture.store.sessions.waiting >= 2 }
            second.cancel()
            await expectCancelled(second)
            fixture.plan.release()
            #expect(try await first.value == 1)
            #expect(try await third.value == 1)
            // The first and the third.
            #expect(fixture.plan.count(FAULTY_GET) == 2)
        }
    }

    @Test("takes a batch out of the queue, but not out of the plugin's hands")
    func commits() async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_HOLD)
            let first = Task { try await fixture.insert("first") }
            try await fixture.until("the first commit") { fixture.plan.waiting == 1 }
            let second = Task { try await fixture.insert("second") }
            try await fixture.until("the second") { fixture.store.commits.waiting == 1 }
            first.cancel()
            second.cancel()
            await expectCancelled(second)
            fixture.plan.release()
            try await first.value
            #expect(try await fixture.number("first") == 0)
            #expect(try await fixture.number("second") == nil)
        }
    }

    @Test("before the call makes none")
    func beforehand() async throws {
        try await RecordFixture.with { fixture in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await fixture.number("a")
            }
            task.cancel()
            await expectCancelled(task)
            #expect(fixture.plan.count(FAULTY_GET) == 0)
        }
    }

    @Test("has set a deadline, which the plugin is told, and which counts from the moment of asking")
    func deadlines() async throws {
        try await RecordFixture.with(maxSessions: 2) { fixture in
            let uses = [fixture.shapes.number(.text("a"))]
            fixture.plan.set(FAULTY_GET, FAULTY_WAIT)
            // On a machine under load the time may be over before the plugin is called: then with more of it.
            var timeout = Duration.milliseconds(20)
            while fixture.plan.count(FAULTY_GET) == 0 {
                let slow = await #expect(throws: StorageError.self) {
                    _ = try await fixture.store.sessions.run(timeout: timeout) {
                        session, bounds throws(StorageError) in try session.get(uses, bounds)
                    }
                }
                #expect(slow?.code == .timeout)
                timeout *= 2
            }
            let late = await #expect(throws: StorageError.self) {
                _ = try await fixture.store.sessions.run(timeout: .zero) {
                    session, bounds throws(StorageError) in try session.get(uses, bounds)
                }
            }
            #expect(late?.message == StorageError.late.message)
            #expect(fixture.plan.count(FAULTY_GET) == 1)
            let lateCommit = await #expect(throws: StorageError.self) {
                try await fixture.store.commits.commit(Batch(), stamp: 1, bytes: 0, deadline: 1, cancellable: true)
            }
            #expect(lateCommit?.message == StorageError.late.message)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 0)
        }
    }

    @Test("many of them, at any moment, leave every other call right")
    func storm() async throws {
        try await RecordFixture.with(.sqlite) { fixture in
            for number in 0..<20 { try await fixture.insert("n\(number)", Int64(number)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        let read = Task { try await fixture.number("n\(number % 20)") }
                        if number % 3 == 0 {
                            for _ in 0..<number % 7 { await Task.yield() }
                            read.cancel()
                            _ = await read.result
                        } else {
                            let found = try await read.value
                            #expect(found == Int64(number % 20))
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(faulty_shared_sessions(fixture.plan.pointer) == 0)
        }
    }
}
