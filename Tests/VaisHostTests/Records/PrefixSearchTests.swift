import CFaultyStorage
import CVaisPlugin
import Testing

@testable import VaisHost

@Suite("Search kept by the host", .timeLimit(.minutes(2))) struct PrefixSearchTests {
    private static let search = RecordShapes.search

    private func with(_ body: (RecordFixture, PrefixSearch) async throws -> Void) async throws {
        try await RecordFixture.with { fixture in
            try await body(fixture, PrefixSearch(fixture.store, scans: fixture.shapes.searchScans))
        }
    }

    private func add(_ fixture: RecordFixture, _ name: String, _ note: String?) async throws {
        try await fixture.store.commit(
            Batch(operations: [
                fixture.shapes.insertWhole([.text(name), .integer(1), .text(note), .null, .null, .null, .null])
            ]))
    }

    private func keys(_ search: PrefixSearch, _ terms: String...) async throws -> [String] {
        try await search.search(Self.search, terms: terms, offset: 0, limit: 100).hits.map(\.key)
    }

    @Test("finds records that have, for every term, a word beginning with it, whatever its case")
    func matching() async throws {
        try await with { fixture, search in
            try await add(fixture, "left-pad", "Pads strings, on the LEFT.")
            try await add(fixture, "padding", nil)
            try await add(fixture, "wide", "Ärger über 3D-Grafik")
            #expect(try await keys(search, "pad") == ["left-pad", "padding"])
            #expect(try await keys(search, "PAD", "str") == ["left-pad"])
            #expect(try await keys(search, "ads") == [])
            #expect(try await keys(search, "ÄRGER", "ÜB", "3d", "graf") == ["wide"])
            #expect(try await keys(search) == [])
            #expect(try await keys(search, "") == [])
        }
    }

    @Test("compares bytes: composed and decomposed letters differ, and neither begins with its base letter's word")
    func normalization() async throws {
        try await with { fixture, search in
            try await add(fixture, "composed", "caf\u{E9}s")
            try await add(fixture, "decomposed", "cafe\u{301}s")
            try await add(fixture, "plain", "cafeteria")
            #expect(try await keys(search, "caf\u{E9}") == ["composed"])
            #expect(try await keys(search, "cafe\u{301}") == ["decomposed"])
            #expect(try await keys(search, "caf") == ["composed", "decomposed", "plain"])
            // A mark stands behind its letter, so these bytes begin with those.
            #expect(try await keys(search, "cafe") == ["decomposed", "plain"])
        }
    }

    @Test("puts what fits best first, equals in the order of their keys, and pages through them")
    func ranking() async throws {
        try await with { fixture, search in
            for name in ["b", "a", "Z"] { try await add(fixture, name, "log") }
            try await add(fixture, "logger", nil)
            try await add(fixture, "log", nil)
            #expect(try await keys(search, "log") == ["log", "logger", "Z", "a", "b"])
            let page = try await search.search(Self.search, terms: ["log"], offset: 1, limit: 2)
            #expect(page.hits.map(\.key) == ["logger", "Z"] && page.total == 5)
            let beyond = try await search.search(Self.search, terms: ["log"], offset: .max, limit: .max)
            #expect(beyond.hits.isEmpty && beyond.total == 5)
            let none = try await search.search(Self.search, terms: ["log"], offset: -1, limit: 0)
            #expect(none.hits.isEmpty && none.total == 5)
        }
    }

    @Test("agrees with SQLite's full-text search on what matches")
    func agreement() async throws {
        let texts = [
            "left-pad", "Left_Pad 2", "x86 SIMD", "naïve Bayes", "日本語 テキスト", "a.b.c", "C++ and C#", "v1.2.3-rc1",
            "Straße", "ÉCOLE école", "tab\tnew\nline", "🦀 crab", "don't", "MiXeD123CaSe",
        ]
        let terms = [
            "left", "pad", "2", "x86", "simd", "naï", "日本", "テ", "a", "c", "rc1", "1", "stra", "ÉCO", "école", "new",
            "crab", "don", "t", "mixed123", "123", "zzz",
        ]
        let folder = try TestFolder()
        let host = try RealPlugins.host("[storage]\nplugin = \"storage-sqlite\"\n", folder: folder)
        let shapes = RecordShapes()
        let sqlite = try await host.loadStorage(shapes: shapes.set, dataFolder: folder.path + "/data")
        try await with { fixture, search in
            for (number, text) in texts.enumerated() {
                try await add(fixture, "k\(number)", text)
                try await sqlite.records.commit(
                    Batch(operations: [
                        shapes.insertWhole([.text("k\(number)"), .integer(1), .text(text), .null, .null, .null, .null])
                    ]))
            }
            for term in terms {
                let theirs = try await sqlite.search.search(Self.search, terms: [term], offset: 0, limit: 100)
                let ours = try await search.search(Self.search, terms: [term], offset: 0, limit: 100)
                #expect(theirs.hits.map(\.key).sorted() == ours.hits.map(\.key).sorted(), "term \(term)")
                #expect(theirs.total == ours.total, "term \(term)")
            }
            let none = try await sqlite.search.search(Self.search, terms: ["a"], offset: .max, limit: 0)
            #expect(none.hits.isEmpty && none.total > 0)
        }
        await sqlite.close()
    }

    @Test("sees every change, also one made while the index was being built")
    func changes() async throws {
        try await with { fixture, search in
            try await add(fixture, "early", nil)
            try await fixture.until("the sweep") { fixture.plan.count(FAULTY_SCAN) == 1 }
            fixture.plan.set(FAULTY_SCAN, FAULTY_HOLD)
            let first = Task { try await keys(search, "e") }
            try await fixture.until("the scan") { fixture.plan.waiting == 1 }
            try await add(fixture, "even", nil)
            #expect(try await keys(search, "ev") == ["even"])
            fixture.plan.release()
            #expect(try await first.value.contains("early"))
            #expect(try await keys(search, "e") == ["early", "even"])
            try await fixture.store.commit(Batch(operations: [fixture.shapes.delete(.text("even"))]))
            #expect(try await keys(search, "e") == ["early"])
        }
    }

    @Test("builds the index once, however many searches wait for it, and again only after a change")
    func buildsOnce() async throws {
        try await with { fixture, search in
            try await add(fixture, "early", nil)
            // The first commit of a store is followed by a look for left-over ids, which is a scan too.
            try await fixture.until("the sweep") { fixture.plan.count(FAULTY_SCAN) == 1 }
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<50 { group.addTask { try await keys(search, "e") } }
                for try await found in group { #expect(found == ["early"]) }
            }
            #expect(fixture.plan.count(FAULTY_SCAN) == 2)
            try await add(fixture, "even", nil)
            #expect(try await keys(search, "e") == ["early", "even"])
            #expect(fixture.plan.count(FAULTY_SCAN) == 3)
        }
    }

    @Test("tries again after a failure to build")
    func failure() async throws {
        try await with { fixture, search in
            try await add(fixture, "early", nil)
            try await fixture.until("the sweep") { fixture.plan.count(FAULTY_SCAN) == 1 }
            fixture.plan.set(FAULTY_SCAN, FAULTY_ANSWER, VAIS_CORRUPT)
            let error = await #expect(throws: StorageError.self) { try await keys(search, "e") }
            #expect(error?.code == .corrupt)
            #expect(try await keys(search, "e") == ["early"])
        }
    }
}
