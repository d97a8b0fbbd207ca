import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("Commits that come together", .timeLimit(.minutes(2))) struct RecordGroupCommitTests {
    typealias Backend = RecordFixture.Backend

    /// Holds the first commit inside the plugin until all `batches` wait behind it, and answers what each of these threw.
    private func pile(_ batches: [Batch], in fixture: RecordFixture) async throws -> [StorageError?] {
        fixture.plan.set(FAULTY_COMMIT, FAULTY_HOLD)
        let first = Task { try await fixture.insert("first") }
        try await fixture.until("the first commit") { fixture.plan.waiting == 1 }
        return try await withThrowingTaskGroup(of: (Int, StorageError?).self) { group in
            for (number, batch) in batches.enumerated() {
                group.addTask {
                    do throws(StorageError) {
                        try await fixture.store.commit(batch)
                        return (number, nil)
                    } catch { return (number, error) }
                }
            }
            try await fixture.until("the others") { fixture.store.commits.waiting == batches.count }
            fixture.plan.release()
            var errors = [StorageError?](repeating: nil, count: batches.count)
            for try await (number, error) in group { errors[number] = error }
            try await first.value
            return errors
        }
    }

    @Test("share one durable write: 200 of them are two calls", arguments: Backend.allCases)
    func sharing(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let batches = (0..<199).map { Batch(operations: [fixture.shapes.insert(.text("n\($0)"), .integer(1))]) }
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            #expect(fixture.plan.count(FAULTY_COMMIT) == 1 && fixture.plan.count(FAULTY_COMMIT_MANY) == 1)
            #expect(faulty_batches(fixture.plan.pointer) == 200)
            #expect(try await fixture.store.count(fixture.shapes.count()) == 200)
        }
    }

    @Test("do not fail with one that fails by its own fault", arguments: Backend.allCases)
    func isolation(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let shapes = fixture.shapes
            func insert(_ name: String) -> Use { shapes.insert(.text(name), .integer(1)) }
            // A value that fits its column's length, and not its type: the plugin finds it invalid.
            let mistyped = shapes.insert(.integer(1), .integer(1))
            let errors = try await pile(
                [
                    Batch(operations: [insert("a")]),
                    Batch(operations: [insert("b"), insert("b")]),
                    Batch(guards: [shapes.requirePresent(.text("absent"))], operations: [insert("c")]),
                    Batch(operations: [insert("d"), shapes.add(.text("absent"), .integer(1))]),
                    Batch(operations: [insert("e"), mistyped]),
                    Batch(operations: [insert("f")]),
                ], in: fixture)
            #expect(errors.map { $0?.code } == [nil, .exists, .guardFailed, .notFound, .failed, nil])
            #expect(
                errors.map { $0?.place } == [nil, .operation(1), .requirement(0), .operation(1), .operation(1), nil])
            let rows = try await fixture.store.scanAll(shapes.scanByNumber())
            #expect(try rows.map { try $0.text(0) } == ["first", "a", "f"])
        }
    }

    @Test(
        "are made one by one when the plugin refuses the group because of one of them",
        arguments: [VAIS_LIMIT, VAIS_INVALID, VAIS_UNSUPPORTED])
    func pickyPlugin(_ status: Int32) async throws {
        try await RecordFixture.with { fixture in
            fixture.plan.set(FAULTY_COMMIT_MANY, FAULTY_PICKY, status, times: 10)
            var batches = (0..<5).map { Batch(operations: [fixture.shapes.insert(.text("n\($0)"), .integer(1))]) }
            batches.append(Batch(operations: (0..<200).map { fixture.shapes.insert(.text("m\($0)"), .integer(1)) }))
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            #expect(try await fixture.store.count(fixture.shapes.count()) == 206)
            #expect(fixture.plan.count(FAULTY_COMMIT_MANY) == 1 && fixture.plan.count(FAULTY_COMMIT) == 7)
        }
    }

    @Test("work without `commit_many`", arguments: Backend.allCases)
    func withoutCommitMany(_ backend: Backend) async throws {
        try await RecordFixture.with(backend, groupCommit: false) { fixture in
            let batches = (0..<20).map { Batch(operations: [fixture.shapes.insert(.text("n\($0)"), .integer(1))]) }
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            #expect(fixture.plan.count(FAULTY_COMMIT) == 21 && fixture.plan.count(FAULTY_COMMIT_MANY) == 0)
        }
    }

    @Test("are bounded in size: a group holds 256 batches, or 16 MiB")
    func bounds() async throws {
        try await RecordFixture.with { fixture in
            let batches = (0..<300).map { Batch(operations: [fixture.shapes.insert(.text("n\($0)"), .integer(1))]) }
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            #expect(fixture.plan.count(FAULTY_COMMIT_MANY) == 2)
        }
        try await RecordFixture.with { fixture in
            let data = Value.bytes(Array(repeating: 1, count: 6 << 20))
            let batches = (0..<5).map { number in
                Batch(operations: [
                    fixture.shapes.insertWhole([.text("n\(number)"), .integer(1), .null, data, .null, .null, .null])
                ])
            }
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            // Two, two, and the last alone.
            #expect(fixture.plan.count(FAULTY_COMMIT_MANY) == 2 && fixture.plan.count(FAULTY_COMMIT) == 2)
        }
    }

    @Test(
        "take effect once each when the answer to all of them is lost",
        arguments: [FAULTY_LOSE, FAULTY_ANSWER, FAULTY_BLANK])
    func lostAnswer(_ action: Int32) async throws {
        try await RecordFixture.with { fixture in
            try await fixture.insert("sum", 0)
            fixture.plan.set(FAULTY_COMMIT_MANY, action, VAIS_AMBIGUOUS)
            let batches = (0..<50).map { _ in Batch(operations: [fixture.shapes.add(.text("sum"), .integer(1))]) }
            let errors = try await pile(batches, in: fixture)
            #expect(errors.allSatisfy { $0 == nil })
            #expect(try await fixture.number("sum") == 50)
        }
    }

    @Test("have the session reset after the gravest of their failures, whichever came last")
    func gravest() async throws {
        try await RecordFixture.with { fixture in
            let batches = (0..<2).map { Batch(operations: [fixture.shapes.insert(.text("n\($0)"), .integer(1))]) }
            fixture.plan.set(FAULTY_COMMIT_MANY, FAULTY_MIXED, VAIS_AMBIGUOUS)
            let errors = try await pile(batches, in: fixture)
            #expect(errors.contains { $0?.code == .guardFailed })
            #expect(fixture.plan.count(FAULTY_SESSION_RESET) == 1)
        }
    }
}
