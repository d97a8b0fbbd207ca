import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("Sessions", .timeLimit(.minutes(2))) struct RecordSessionTests {
    /// Reads and commits from many tasks at once.
    private func load(_ fixture: RecordFixture) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await fixture.insert("n\(number)", Int64(number))
                    #expect(try await fixture.number("n\(number)") == Int64(number))
                    try await fixture.store.health()
                    _ = try await fixture.store.scan(fixture.shapes.scan(), after: nil, limit: 10)
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.store.count(fixture.shapes.count()) == 60)
    }

    @Test("are as few as the backend allows, and never shared", arguments: [0, 1, 2, 3] as [UInt32])
    func limits(_ most: UInt32) async throws {
        try await RecordFixture.with(maxSessions: most) { fixture in
            try await load(fixture)
            let opened = faulty_most_sessions(fixture.plan.pointer)
            #expect(opened <= (most == 0 ? 5 : Int64(most)) && opened > 0)
            #expect(faulty_shared_sessions(fixture.plan.pointer) == 0)
        }
    }

    @Test("of a plugin for one thread are called one at a time", arguments: RecordFixture.Backend.allCases)
    func narrow(_ backend: RecordFixture.Backend) async throws {
        try await RecordFixture.with(backend, .one) { fixture in
            try await load(fixture)
            #expect(faulty_most_at_once(fixture.plan.pointer) == 1)
        }
    }

    @Test("that were lost are replaced, and nobody notices", arguments: [FAULTY_GET, FAULTY_COMMIT])
    func lost(_ call: Int32) async throws {
        // With one session for everything, so that it is known which one is lost.
        try await RecordFixture.with(maxSessions: 1) { fixture in
            try await fixture.insert("a", 1)
            _ = try await fixture.number("a")
            fixture.plan.set(call, FAULTY_ANSWER, VAIS_UNAVAILABLE)
            #expect(try await fixture.number("a") == 1)
            try await fixture.insert("b", 2)
            #expect(fixture.plan.count(FAULTY_SESSION_OPEN) == 2)
            #expect(faulty_sessions(fixture.plan.pointer) == 1)
        }
    }

    @Test("are opened again once the backend is back")
    func backendAway() async throws {
        try await RecordFixture.with(maxSessions: 1) { fixture in
            fixture.plan.set(FAULTY_SESSION_OPEN, FAULTY_ANSWER, VAIS_UNAVAILABLE, times: 2)
            for _ in 0..<2 {
                let error = await #expect(throws: StorageError.self) { try await fixture.number("a") }
                #expect(error?.code == .unavailable)
            }
            let number = try await fixture.number("a")
            #expect(number == nil)
            #expect(fixture.plan.count(FAULTY_SESSION_OPEN) == 3)
        }
    }

    @Test("are reset after a failure, and closed when that fails too", arguments: [false, true])
    func resetting(_ fails: Bool) async throws {
        try await RecordFixture.with(maxSessions: 1) { fixture in
            fixture.plan.set(FAULTY_GET, FAULTY_ANSWER, VAIS_INTERNAL)
            if fails { fixture.plan.set(FAULTY_SESSION_RESET, FAULTY_ANSWER, VAIS_UNAVAILABLE) }
            await #expect(throws: StorageError.self) { try await fixture.number("a") }
            let number = try await fixture.number("a")
            #expect(number == nil)
            #expect(fixture.plan.count(FAULTY_SESSION_RESET) == 1)
            #expect(fixture.plan.count(FAULTY_SESSION_OPEN) == (fails ? 2 : 1))
            #expect(faulty_sessions(fixture.plan.pointer) == 1)
        }
    }

    @Test("end with the store: what is queued is done, what comes later is refused", arguments: [0, 1] as [UInt32])
    func closing(_ most: UInt32) async throws {
        try await RecordFixture.with(maxSessions: most) { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_HOLD)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await fixture.insert("first") }
                try await fixture.until("the first commit") { fixture.plan.waiting == 1 }
                for number in 0..<20 { group.addTask { try await fixture.insert("n\(number)") } }
                try await fixture.until("the others") { fixture.store.commits.waiting == 20 }
                group.addTask { await fixture.close() }
                // Closed for new batches, while the queued ones still wait.
                for _ in 0..<30_000 {
                    let later = Task { try await fixture.insert("later") }
                    try await Task.sleep(for: .milliseconds(2))
                    later.cancel()
                    if case .failure(let error) = await later.result, (error as? StorageError)?.code == .unavailable {
                        break
                    }
                }
                fixture.plan.release()
                try await group.waitForAll()
            }
            #expect(faulty_batches(fixture.plan.pointer) == 21)
            #expect(faulty_sessions(fixture.plan.pointer) == 0)
            let error = await #expect(throws: StorageError.self) { try await fixture.number("n1") }
            #expect(error?.message == "the store is closed")
            await fixture.close()
            #expect(faulty_closes(fixture.plan.pointer) == 1)
        }
    }

    @Test("need a thread: without any the store is not opened, without the committing one the others do its work")
    func threads() async throws {
        let plan = try FaultyPlan(over: .memory)
        let error = #expect(throws: StorageError.self) {
            try RecordFixture.open(plan, RecordShapes(), folder: "/", start: { _, _ in nil })
        }
        #expect(error?.code == .unavailable && error?.hint?.isEmpty == false)
        #expect(faulty_closes(plan.pointer) == 1)
        try await RecordFixture.with(start: { name, body in name == "store-commit" ? nil : startThread(name, body) }) {
            try await load($0)
        }
    }
}
