import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("A commit whose outcome is unclear", .timeLimit(.minutes(2))) struct RecordSettlementTests {
    /// A batch that shows how often it took effect.
    private func addOne(_ fixture: RecordFixture) -> Batch {
        Batch(operations: [fixture.shapes.add(.text("sum"), .integer(1))])
    }

    @Test("that happened is found in the ledger, and not sent again", arguments: [VAIS_AMBIGUOUS, 77, -5, VAIS_DONE])
    func happened(_ status: Int32) async throws {
        try await RecordFixture.with { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LOSE, status)
            try await fixture.store.commit(addOne(fixture))
            #expect(try await fixture.number("sum") == 1)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 2)
        }
    }

    @Test("that did not happen is sent again, and takes effect once", arguments: RecordFixture.Backend.allCases)
    func didNotHappen(_ backend: RecordFixture.Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, VAIS_AMBIGUOUS, times: 2)
            try await fixture.store.commit(addOne(fixture))
            #expect(try await fixture.number("sum") == 1)
            // The first record, the lost attempt, the claim of its id, lost as well, the claim again, and the second attempt.
            #expect(fixture.plan.count(FAULTY_COMMIT) == 5)
        }
    }

    @Test(
        "and whose ledger cannot be read at first takes effect once",
        arguments: RecordFixture.Backend.allCases)
    func blind(_ backend: RecordFixture.Backend) async throws {
        // With one session, which is tried twice.
        try await RecordFixture.with(backend, maxSessions: 1) { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LOSE, VAIS_AMBIGUOUS)
            fixture.plan.set(FAULTY_GET, FAULTY_ANSWER, VAIS_UNAVAILABLE, times: 2)
            try await fixture.store.commit(addOne(fixture))
            #expect(try await fixture.number("sum") == 1)
            // Its id could not be claimed, since it was there.
            #expect(fixture.plan.count(FAULTY_COMMIT) == 3)
        }
    }

    @Test("succeeds although its own effect would make its conditions fail a second time")
    func ownEffect() async throws {
        try await RecordFixture.with(maxSessions: 1) { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LOSE, VAIS_AMBIGUOUS)
            fixture.plan.set(FAULTY_GET, FAULTY_ANSWER, VAIS_UNAVAILABLE, times: 2)
            try await fixture.store.commit(
                Batch(
                    guards: [fixture.shapes.requireAbsent(.text("a"))],
                    operations: [fixture.shapes.insert(.text("a"), .integer(1))]))
            #expect(fixture.plan.count(FAULTY_COMMIT) == 2)
        }
    }

    @Test("fails by its conditions when somebody else's change came first")
    func overtaken() async throws {
        try await RecordFixture.with { fixture in
            try await fixture.insert("a", 1)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, VAIS_AMBIGUOUS)
            let error = await #expect(throws: StorageError.self) { try await fixture.insert("a", 2) }
            #expect(error?.code == .exists && error?.place == .operation(0))
            #expect(try await fixture.number("a") == 1)
        }
    }

    @Test("is reported as such when the backend stays away")
    func staysAway() async throws {
        try await RecordFixture.with { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_GET, FAULTY_ANSWER, VAIS_UNAVAILABLE, times: .max)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_LOSE, VAIS_AMBIGUOUS, times: .max)
            let error = await #expect(throws: StorageError.self) { try await fixture.store.commit(addOne(fixture)) }
            #expect(error?.code == .ambiguous)
            // However often it was sent.
            fixture.plan.set(FAULTY_GET, 0, times: 0)
            #expect(try await fixture.number("sum") == 1)
        }
    }

    @Test("is reported as such after the time of one call, though the look into the ledger has not returned by then")
    func lookHangs() async throws {
        var patience = Patience()
        patience.call = .seconds(1)
        // Nobody gives up the look itself as long as this test may run.
        patience.grace = .seconds(3600)
        try await RecordFixture.with(patience: patience) { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, VAIS_AMBIGUOUS)
            fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
            let error = await #expect(throws: StorageError.self) { try await fixture.store.commit(addOne(fixture)) }
            #expect(error?.code == .ambiguous && fixture.plan.waiting == 1)
            fixture.plan.release()
        }
    }

    @Test("is settled although its caller has gone")
    func callerGone() async throws {
        try await RecordFixture.with { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, VAIS_AMBIGUOUS, times: 3)
            fixture.plan.set(FAULTY_GET, FAULTY_HOLD)
            let task = Task { try await fixture.store.commit(addOne(fixture)) }
            try await fixture.until("the look into the ledger") { fixture.plan.waiting == 1 }
            task.cancel()
            fixture.plan.release()
            let error = await #expect(throws: StorageError.self) { try await task.value }
            #expect(error?.code == .unavailable && error?.message.contains("nothing was stored") == true)
            #expect(try await fixture.number("sum") == 0)
        }
    }

    @Test(
        "has no effect after a failure was reported, though its first attempt reaches the backend only then",
        arguments: RecordFixture.Backend.allCases)
    func arrivesLate(_ backend: RecordFixture.Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let shapes = fixture.shapes
            try await fixture.insert("a", 1)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_DELAY, VAIS_AMBIGUOUS)
            let error = await #expect(throws: StorageError.self) {
                try await fixture.store.commit(
                    Batch(
                        guards: [shapes.requireAbsent(.text("a"))],
                        operations: [shapes.insert(.text("a"), .integer(2))]))
            }
            #expect(error?.code == .guardFailed)
            // Now its conditions would hold.
            try await fixture.store.commit(Batch(operations: [shapes.delete(.text("a"))]))
            #expect(faulty_land(fixture.plan.pointer) == VAIS_EXISTS)
            #expect(try await fixture.number("a") == nil)
        }
    }

    @Test(
        "has its effect once, though its first attempt arrives after the second",
        arguments: RecordFixture.Backend.allCases)
    func arrivesTwice(_ backend: RecordFixture.Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT, FAULTY_DELAY, VAIS_AMBIGUOUS)
            try await fixture.store.commit(addOne(fixture))
            // Ids that are deleted along with later batches: not that of a lost attempt.
            for number in 0..<5 { try await fixture.insert("n\(number)") }
            #expect(faulty_land(fixture.plan.pointer) == VAIS_EXISTS)
            #expect(try await fixture.number("sum") == 1)
        }
    }

    @Test(
        "leaves nothing behind: the ledger stays as small as what is under way",
        arguments: RecordFixture.Backend.allCases)
    func ledgerStaysSmall(_ backend: RecordFixture.Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            for number in 0..<100 { try await fixture.insert("n\(number)") }
            let ids = try await fixture.store.scanAll(fixture.store.ledger.old(.bytes([255])))
            #expect(ids.count <= 2)
        }
    }

    @Test("of long ago is forgotten, and a recent one is not")
    func sweeping() async throws {
        try await RecordFixture.with { fixture in
            let (store, ledger) = (fixture.store, fixture.store.ledger)
            let recent = CommitLedger.newID()
            let ids =
                (0..<700).map { [UInt8](repeating: 0, count: 14) + [UInt8($0 / 256), UInt8($0 % 256)] } + [recent]
            try await store.commits.commit(
                Batch(operations: ids.map { ledger.insert(.bytes($0)) }), stamp: 1, bytes: 0, deadline: .max,
                cancellable: true)
            try await fixture.insert("a")
            for _ in 0..<30_000 {
                let left = try await store.scanAll(ledger.expired())
                if left.isEmpty { break }
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(try await store.scanAll(ledger.expired()).isEmpty)
            #expect(try await store.get(ledger.find(.bytes(recent))) != nil)
        }
    }

    @Test("because of a lost race is tried again", arguments: [VAIS_CONFLICT, VAIS_BUSY])
    func races(_ status: Int32) async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, status, times: 3)
            try await fixture.insert("a", 1)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 4)
            #expect(try await fixture.number("a") == 1)
        }
    }

    @Test("because the store is busy all the time ends as busy, after twelve attempts")
    func busyForEver() async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, VAIS_BUSY, times: .max)
            let error = await #expect(throws: StorageError.self) { try await fixture.insert("a") }
            #expect(error?.code == .busy)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 12)
            let number = try await fixture.number("a")
            #expect(number == nil)
        }
    }

    @Test(
        "is not sent again for verdicts",
        arguments: [VAIS_LIMIT, VAIS_NO_SPACE, VAIS_CORRUPT, VAIS_DENIED, VAIS_TIMEOUT, VAIS_INTERNAL])
    func verdicts(_ status: Int32) async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_COMMIT, FAULTY_ANSWER, status)
            let error = await #expect(throws: StorageError.self) { try await fixture.insert("a") }
            #expect(error?.code == StorageError.meaning(of: status).0)
            // The plugin's words, within their buffer and harmless on a terminal.
            #expect(error?.message.hasPrefix("cannot store the change: made\u{FFFD} up") == true)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 1)
            try await fixture.insert("a")
        }
    }
}
