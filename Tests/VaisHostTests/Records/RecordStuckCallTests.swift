import CFaultyStorage
import CVaisPlugin
import SeededRandom
import Testing

@testable import VaisHost

@Suite("A plugin call that does not return", .timeLimit(.minutes(2))) struct RecordStuckCallTests {
    /// Little of it after a deadline; calls that are not meant to get stuck have all the time they need.
    private var patience: Patience {
        var patience = Patience()
        patience.grace = .milliseconds(20)
        return patience
    }

    /// Makes a read that gets stuck, and answers what its caller heard.
    private func stickRead(_ fixture: RecordFixture) async throws -> StorageError? {
        let uses = [fixture.shapes.number(.text("a"))]
        let reads = fixture.plan.count(FAULTY_GET)
        fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
        var error: StorageError?
        // On a machine under load the time may be over before the plugin is called: then with more of it.
        var timeout = Duration.milliseconds(20)
        while fixture.plan.count(FAULTY_GET) == reads, error?.code != .unavailable {
            error = await #expect(throws: StorageError.self) {
                _ = try await fixture.store.sessions.run(timeout: timeout) { session, bounds throws(StorageError) in
                    try session.get(uses, bounds)
                }
            }
            timeout *= 2
        }
        return error
    }

    @Test("is given up by its caller, interrupted, and replaced; the plugin and the call are named")
    func read() async throws {
        try await RecordFixture.with(patience: patience) { fixture in
            try await fixture.insert("a", 1)
            let error = try await stickRead(fixture)
            #expect(error?.code == .timeout)
            #expect(
                error?.message
                    == "cannot read: the plugin org.example.faulty 1.0.0 has not answered, long after the call's deadline"
            )
            #expect(error?.hint?.isEmpty == false)
            try await fixture.until("the interrupt") { faulty_interrupts(fixture.plan.pointer) > 0 }
            #expect(fixture.plan.waiting == 1)
            // As many reads at once as ever.
            try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<50 { group.addTask { try await fixture.number("a") } }
                for try await number in group { #expect(number == 1) }
            }
            fixture.plan.release()
            try await fixture.until("its return") { fixture.plan.waiting == 0 }
            #expect(try await fixture.number("a") == 1)
        }
    }

    @Test("of a commit is settled: without effect, nothing is stored, and nothing is when it comes back")
    func commit() async throws {
        var patience = patience
        // The call that settles it has as long, however busy the machine is.
        patience.call = .seconds(5)
        try await RecordFixture.with(patience: patience) { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_HOLD)
            let error = await #expect(throws: StorageError.self) { try await fixture.insert("a", 1) }
            #expect(
                error?.code == .unavailable && error?.message.contains("nothing was stored") == true,
                "\(error.debugDescription)")
            #expect(fixture.plan.waiting == 1)
            try await fixture.insert("b", 2)
            fixture.plan.release()
            try await fixture.until("its return") { fixture.plan.waiting == 0 }
            try await fixture.insert("c", 3)
            #expect(try await fixture.number("a") == nil)
        }
    }

    @Test("of a commit that has taken effect is found out, and its caller told of success")
    func commitThatHappened() async throws {
        var patience = patience
        // The call that settles it has as long, however busy the machine is.
        patience.call = .seconds(5)
        try await RecordFixture.with(patience: patience) { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LINGER)
            try await fixture.insert("a", 1)
            #expect(fixture.plan.waiting == 1)
            #expect(try await fixture.number("a") == 1)
            fixture.plan.release()
        }
    }

    @Test("of a commit is never reported as one that changed nothing, when nobody can tell")
    func commitThatNobodyKnowsOf() async throws {
        try await RecordFixture.with(maxSessions: 2, patience: patience) { fixture in
            let use = fixture.shapes.insert(.text("a"), .integer(1))
            var timeout = Duration.milliseconds(20)
            var error: StorageError?
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LINGER)
            while fixture.plan.count(FAULTY_COMMIT) == 0 {
                let deadline = PluginCall.deadline(in: timeout)
                error = await #expect(throws: StorageError.self) {
                    try await fixture.store.commits.commit(
                        Batch(operations: [use]), stamp: 1, bytes: 0, deadline: deadline, cancellable: true)
                }
                timeout *= 2
            }
            #expect(error?.code == .ambiguous)
            #expect(error?.message.hasPrefix("cannot store the change: the plugin org.example.faulty 1.0.0 ") == true)
            // No session is left to take its place.
            let refusal = await #expect(throws: StorageError.self) { try await fixture.insert("b") }
            #expect(refusal?.code == .unavailable && fixture.plan.count(FAULTY_COMMIT) == 1)
            fixture.plan.release()
            try await fixture.until("its return") { fixture.plan.waiting == 0 }
            try await healed { try await fixture.insert("c") }
            #expect(try await fixture.number("a") == 1)
        }
    }

    @Test(
        "makes others be refused at once when no thread is left for them, until it returns",
        arguments: [LoadedPlugin.ThreadModel.one, .perSession])
    func breaker(_ model: LoadedPlugin.ThreadModel) async throws {
        // Two sessions: one to read, one to commit, and none to spare.
        try await RecordFixture.with(.memory, model, maxSessions: 2, patience: patience) { fixture in
            let uses = [fixture.shapes.number(.text("a"))]
            fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
            let stuck = Task {
                try await fixture.store.sessions.run(timeout: .seconds(1)) { session, bounds throws(StorageError) in
                    try session.get(uses, bounds)
                }
            }
            try await fixture.until("the read") { fixture.plan.waiting == 1 }
            // Waits behind it, and would for half a minute.
            let queued = Task { try await fixture.number("a") }
            try await fixture.until("the other") { fixture.store.sessions.waiting == 1 }
            for task in [Task { _ = try await stuck.value }, Task { _ = try await queued.value }] {
                await #expect(throws: StorageError.self) { try await task.value }
            }
            for _ in 0..<10 {
                let error = await #expect(throws: StorageError.self) { try await fixture.number("a") }
                #expect(error?.code == .unavailable)
                #expect(error?.message.contains("org.example.faulty 1.0.0") == true)
            }
            await #expect(throws: StorageError.self) { try await fixture.store.health() }
            if model == .one { await #expect(throws: StorageError.self) { try await fixture.insert("b") } }
            #expect(fixture.plan.count(FAULTY_GET) == 1 && fixture.plan.count(FAULTY_HEALTH) == 0)
            fixture.plan.release()
            try await healed { _ = try await fixture.number("a") }
            try await fixture.insert("c", 3)
            #expect(try await fixture.number("c") == 3)
        }
    }

    /// Waits until calls are let in again.
    private func healed(_ call: () async throws -> Void) async throws {
        for _ in 0..<30_000 {
            do { return try await call() } catch let error as StorageError where error.code == .unavailable {
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        throw TestFailure("calls are refused for ever")
    }

    @Test("costs a thread each time, and more come only up to a bound")
    func bound() async throws {
        try await RecordFixture.with(patience: patience) { fixture in
            for _ in 0..<5 { #expect(try await stickRead(fixture)?.code == .timeout) }
            let error = await #expect(throws: StorageError.self) { try await fixture.number("a") }
            #expect(error?.code == .unavailable)
            #expect(faulty_most_sessions(fixture.plan.pointer) <= 9)
            fixture.plan.release()
            try await healed { _ = try await fixture.number("a") }
            try await fixture.until("the end of the spare sessions") { faulty_sessions(fixture.plan.pointer) <= 5 }
        }
    }

    @Test("is left behind when the store closes, with the store open underneath it")
    func closing() async throws {
        var patience = patience
        patience.closing = .milliseconds(50)
        try await RecordFixture.with(patience: patience) { fixture in
            _ = try await stickRead(fixture)
            await fixture.close()
            #expect(fixture.plan.waiting == 1 && faulty_closes(fixture.plan.pointer) == 0)
            await #expect(throws: StorageError.self) { try await fixture.number("a") }
            fixture.plan.release()
            try await fixture.until("the end of its session") { faulty_sessions(fixture.plan.pointer) == 0 }
        }
    }

    @Test(
        "leaves its caller's memory alone until it returns, and every other call right",
        arguments: [UInt64.random(in: .min ... .max)])
    func storm(_ seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await RecordFixture.with(.sqlite, patience: patience) { fixture in
            for number in 0..<20 { try await fixture.insert("n\(number)", Int64(number)) }
            let names = (0..<200).map { _ in Int64.random(in: 0..<20, using: &random) }
            _ = try await stickRead(fixture)
            _ = try await stickRead(fixture)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for name in names {
                    group.addTask {
                        let found = try await fixture.number("n\(name)")
                        #expect(found == name)
                    }
                }
                group.addTask { fixture.plan.release() }
                try await group.waitForAll()
            }
            #expect(faulty_shared_sessions(fixture.plan.pointer) == 0)
        }
    }
}
