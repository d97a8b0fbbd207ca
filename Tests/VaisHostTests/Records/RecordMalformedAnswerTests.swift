import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("A plugin's malformed answer", .timeLimit(.minutes(2))) struct RecordMalformedAnswerTests {
    /// A damage, and what comes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let damage: Int32
        let code: StorageError.Code

        var testDescription: String { name }
    }

    static let both = [
        Case(name: "more cells than its page holds", damage: FAULTY_PAGE_MORE_CELLS, code: .failed),
        Case(name: "more bytes than its page holds", damage: FAULTY_PAGE_MORE_BYTES, code: .failed),
        Case(name: "no rows", damage: FAULTY_PAGE_NO_ROWS, code: .failed),
        Case(name: "billions of rows", damage: FAULTY_PAGE_MANY_ROWS, code: .failed),
        Case(name: "an unknown type", damage: FAULTY_PAGE_UNKNOWN_TYPE, code: .failed),
        Case(name: "text behind its page", damage: FAULTY_PAGE_BEHIND, code: .failed),
        Case(name: "text before its page", damage: FAULTY_PAGE_BEFORE, code: .failed),
        Case(name: "text at no address", damage: FAULTY_PAGE_NOWHERE, code: .failed),
        Case(name: "text that is too long", damage: FAULTY_PAGE_LONG_TEXT, code: .failed),
        Case(name: "text that is not UTF-8", damage: FAULTY_PAGE_NOT_UTF8, code: .corrupt),
        Case(name: "text with a NUL", damage: FAULTY_PAGE_NUL, code: .corrupt),
        Case(name: "a page that is always too small", damage: FAULTY_PAGE_ALWAYS_LARGER, code: .failed),
        Case(name: "a page larger than any machine", damage: FAULTY_PAGE_HUGE, code: .limit),
        Case(name: "a limit that is not the page's", damage: FAULTY_PAGE_LIMIT, code: .limit),
    ]
    static let ofScans = [
        Case(name: "a row that is not there", damage: FAULTY_PAGE_ABSENT, code: .failed),
        Case(name: "the same page for ever", damage: FAULTY_PAGE_FROM_START, code: .failed),
    ]

    @Test("to a read is an error, and the session serves on", arguments: both)
    func gets(_ damage: Case) async throws {
        try await check(damage, FAULTY_GET) { fixture in
            let row = try await fixture.store.get(fixture.shapes.whole(.text("a")))
            #expect(try row?.text(2) == "note")
        }
    }

    @Test("to a scan is an error, and the session serves on", arguments: both + ofScans)
    func scans(_ damage: Case) async throws {
        try await check(damage, FAULTY_SCAN) { fixture in
            let rows = try await fixture.store.scanAll(fixture.shapes.scan(), pageSize: 2)
            #expect(rows.count == 5)
        }
    }

    private func check(_ damage: Case, _ call: Int32, _ body: (RecordFixture) async throws -> Void) async throws {
        try await RecordFixture.with { fixture in
            for name in ["a", "b", "c", "d", "e"] {
                try await fixture.store.commit(
                    Batch(operations: [
                        fixture.shapes.insertWhole([
                            .text(name), .integer(1), .text("note"), .null, .null, .null, .null,
                        ])
                    ]))
            }
            fixture.plan.set(call, FAULTY_DAMAGE, damage.damage, times: .max)
            let error = await #expect(throws: StorageError.self) { try await body(fixture) }
            #expect(error?.code == damage.code)
            fixture.plan.set(call, 0, times: 0)
            try await body(fixture)
        }
    }
}
