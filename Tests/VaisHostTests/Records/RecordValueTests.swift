import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("Records in a plugin", .timeLimit(.minutes(2))) struct RecordValueTests {
    typealias Backend = RecordFixture.Backend

    @Test("come back as they went in: every type, empty, long, beyond ASCII", arguments: Backend.allCases)
    func roundTrip(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let (store, shapes) = (fixture.store, fixture.shapes)
            let rows: [[Value]] = [
                [.text("a"), .integer(.min), .null, .null, .null, .null, .null],
                [.text("b"), .integer(.max), .text(""), .bytes([]), .bool(true), .double(-0.5), .time(-1)],
                [
                    .text("ä\u{301}𝄞"), .integer(0), .text("x\r\n\u{7F}"), .bytes([0, 255, 0]), .bool(false),
                    .double(0), .time(.max),
                ],
                [
                    .text("long"), .integer(1), .text(String(repeating: "ö", count: 500_000)),
                    .bytes(Array(repeating: 7, count: 1 << 20)), .null, .null, .null,
                ],
            ]
            for row in rows { try await store.commit(Batch(operations: [shapes.insertWhole(row)])) }
            // All at once: more than a page holds at first.
            let answers = try await store.get(rows.map { shapes.whole($0[0]) })
            #expect(answers == rows.map { Row($0) })
            #expect(try await store.get(shapes.whole(.text("absent"))) == nil)
        }
    }

    @Test("are read many in one call, in the order of the question, missing ones marked", arguments: Backend.allCases)
    func getMany(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            for number in 0..<20 { try await fixture.insert("n\(number)", Int64(number)) }
            let before = fixture.plan.count(FAULTY_GET)
            let names = (0..<30).reversed().map { "n\($0)" }
            let rows = try await fixture.store.get(
                names.map { fixture.shapes.number(.text($0)) } + [fixture.shapes.count()])
            #expect(fixture.plan.count(FAULTY_GET) == before + 1)
            #expect(
                try rows.dropLast().map { try $0?.integer(0) } == (0..<30).reversed().map { $0 < 20 ? Int64($0) : nil })
            #expect(try rows.last??.integer(0) == 20)
        }
    }

    @Test("are scanned page by page to the end, each once, in order", arguments: Backend.allCases)
    func scanning(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let (store, shapes) = (fixture.store, fixture.shapes)
            let names = (0..<57).map { "n\($0)" }
            try await store.commit(Batch(operations: names.map { shapes.insert(.text($0), .integer(1)) }))
            for size in [1, 7, 57, 58, 1000] {
                let rows = try await store.scanAll(shapes.scanByNumber(), pageSize: size)
                #expect(try rows.map { try $0.text(0) } == names.sorted())
            }
            #expect(try await store.count(shapes.count()) == 57)
        }
    }

    @Test(
        "change all together or not at all, and the error names the operation or condition", arguments: Backend.allCases
    )
    func atomicity(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let (store, shapes) = (fixture.store, fixture.shapes)
            try await fixture.insert("old", 1)
            let exists = await #expect(throws: StorageError.self) {
                try await store.commit(
                    Batch(operations: [
                        shapes.insert(.text("new"), .integer(1)), shapes.insert(.text("old"), .integer(2)),
                    ]))
            }
            #expect(exists?.code == .exists && exists?.place == .operation(1))
            let missed = await #expect(throws: StorageError.self) {
                try await store.commit(Batch(operations: [shapes.add(.text("absent"), .integer(1))]))
            }
            #expect(missed?.code == .notFound && missed?.place == .operation(0))
            let failed = await #expect(throws: StorageError.self) {
                try await store.commit(
                    Batch(
                        guards: [shapes.requirePresent(.text("old")), shapes.requireAbsent(.text("old"))],
                        operations: [shapes.insert(.text("new"), .integer(1))]))
            }
            #expect(failed?.code == .guardFailed && failed?.place == .requirement(1))
            #expect(try await fixture.number("new") == nil)
        }
    }

    @Test("carry a stamp that a condition can ask for", arguments: Backend.allCases)
    func stamps(_ backend: Backend) async throws {
        try await RecordFixture.with(backend) { fixture in
            let (store, shapes) = (fixture.store, fixture.shapes)
            try await fixture.insert("a", 1)
            let stamp = try #require(try await store.get(shapes.stamp(.text("a")))?.integer(0))
            let batch = Batch(
                guards: [shapes.requireVersion(.text("a"), .integer(stamp))],
                operations: [shapes.delete(.text("a")), shapes.insert(.text("a"), .integer(2))])
            try await store.commit(batch)
            let error = await #expect(throws: StorageError.self) { try await store.commit(batch) }
            #expect(error?.code == .guardFailed)
            #expect(try await fixture.number("a") == 2)
        }
    }

    @Test("that no store takes are refused before the plugin sees them")
    func refusals() async throws {
        try await RecordFixture.with { fixture in
            let (store, shapes) = (fixture.store, fixture.shapes)
            let long = Array(repeating: UInt8(1), count: store.store.mostValueBytes + 1)
            let cases: [(Value, Value, StorageError.Code)] = [
                (.text("a\u{0}b"), .null, .failed), (.text("a"), .double(.nan), .failed),
                (.text("a"), .bytes(long), .limit),
            ]
            for (name, value, code) in cases {
                var row: [Value] = [name, .integer(1), .null, .null, .null, .null, .null]
                if case .bytes = value { row[3] = value } else { row[5] = value }
                let error = await #expect(throws: StorageError.self) {
                    try await store.commit(
                        Batch(operations: [shapes.insert(.text("b"), .integer(1)), shapes.insertWhole(row)]))
                }
                #expect(error?.code == code && error?.place == .operation(1))
            }
            let mostUses = store.store.mostBatchUses
            let many = await #expect(throws: StorageError.self) {
                try await store.commit(Batch(operations: (0..<mostUses).map { shapes.delete(.text("\($0)")) }))
            }
            #expect(many?.code == .limit)
            let misfit = await #expect(throws: StorageError.self) { try await store.get([Use(shape: 0, cells: [])]) }
            #expect(misfit?.code == .failed)
            let unknown = await #expect(throws: StorageError.self) {
                try await store.get([Use(shape: 10_000, cells: [])])
            }
            #expect(unknown?.code == .failed)
            #expect(fixture.plan.count(FAULTY_COMMIT) == 0 && fixture.plan.count(FAULTY_GET) == 0)
        }
    }
}
