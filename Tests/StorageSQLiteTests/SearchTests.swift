import CVaisPlugin
import StorageSQLiteTesting
import Testing

@Suite("SQLite search") struct SearchTests {
    private func withSearch(
        filled: [(String, String?)] = [], _ body: (TestStore, TestSession) throws -> Void
    ) throws {
        try withFolder { folder in
            var store = try TestStore(folder)
            try store.apply(TestSchema())
            if !filled.isEmpty {
                try store.prepare(TestSchema(), Shape.all)
                let session = try store.session()
                for (number, entry) in filled.enumerated() { try session.commit(insert(entry.0, entry.1, number)) }
                session.close()
                store.close()
                store = try TestStore(folder)
            }
            defer { store.close() }
            // Twice: the second finds everything there.
            for _ in 0..<2 { try store.applySearch(TestSchema(), columns: [1, 3], weights: [10, 1]) }
            try store.prepare(TestSchema(), Shape.all)
            let session = try store.session()
            defer { session.close() }
            try body(store, session)
        }
    }

    private func insert(_ name: String, _ about: String?, _ number: Int) -> Use {
        newPackage(name, Int64(number), about: about.map { .text($0) } ?? .null)
    }

    private func keys(_ found: (cells: [Cell], total: UInt64)) -> [Cell] {
        stride(from: 0, to: found.cells.count, by: 2).map { found.cells[$0] }
    }

    @Test("every term must begin a word; `-` and `_` part words; case does not matter, accents do")
    func matching() throws {
        try withSearch { _, session in
            try session.commit(
                insert("left-pad", "Pads a string", 1), insert("right_pad", "PADS strings, too", 2),
                insert("café", nil, 3))
            #expect(try keys(session.search("pad")) == [.text("left-pad"), .text("right_pad")])
            #expect(try keys(session.search("STRING", "lef")) == [.text("left-pad")])
            #expect(try keys(session.search("too")) == [.text("right_pad")])
            #expect(try keys(session.search("eft")).isEmpty)
            #expect(try keys(session.search("CAFÉ")) == [.text("café")])
            #expect(try keys(session.search("cafe")).isEmpty)
            #expect(try session.search("nothing").total == 0)
        }
    }

    @Test("a match in the name counts more than one in the text; ties stand in the order of the keys")
    func ranking() throws {
        try withSearch { _, session in
            try session.commit(
                insert("zzz", "json reader", 1), insert("json", "reader of text", 2), insert("bbb", "toml reader", 3),
                insert("aaa", "toml reader", 4), insert("other", "nothing of it", 5))
            #expect(try keys(session.search("json")) == [.text("json"), .text("zzz")])
            #expect(try keys(session.search("toml")) == [.text("aaa"), .text("bbb")])
            let scores = try session.search("json").cells
            guard case .f64(let first) = scores[1], case .f64(let second) = scores[3] else {
                Issue.record("no scores")
                return
            }
            #expect(first > second)
        }
    }

    @Test("what is changed, upserted or deleted is found as it now is")
    func following() throws {
        try withSearch { _, session in
            try session.commit(insert("a", "old words", 1), insert("b", "old words", 2))
            try session.commit(Use(Shape.updateAbout, .text("a"), .text("new words")))
            try session.commit(Use(Shape.upsertPackage, .text("b"), .i64(2), .null, .i64(1)))
            #expect(try keys(session.search("old")).isEmpty)
            #expect(try keys(session.search("new")) == [.text("a")])
            try session.commit(Use(Shape.deletePackage, .text("a")), insert("c", "new", 3))
            #expect(try keys(session.search("new")) == [.text("c")])
            // A batch that fails leaves no words behind.
            #expect(throws: Refusal.self) { try session.commit(insert("d", "new", 4), insert("b", nil, 5)) }
            #expect(try session.search("new").total == 1)
        }
    }

    @Test("an index declared later is filled from the records that are there")
    func filling() throws {
        try withSearch(filled: [("left-pad", "pads"), ("lodash", nil)]) { _, session in
            let (words, beginnings) = (try session.search("pads"), try session.search("lo"))
            #expect(keys(words) == [.text("left-pad")] && keys(beginnings) == [.text("lodash")])
        }
    }

    @Test("pages, and the number of all matches; no terms match everything")
    func paging() throws {
        try withSearch { _, session in
            for number in 0..<25 { try session.commit(insert("p\(number + 10)", "same words", number)) }
            let first = try session.search("words", limit: 10)
            let last = try session.search("words", offset: 20, limit: 10)
            #expect(first.total == 25 && last.total == 25)
            #expect(keys(first) == (10..<20).map { .text("p\($0)") } && keys(last) == (30..<35).map { .text("p\($0)") })
            #expect(try session.search("words", offset: 30).cells.isEmpty)
            #expect(try session.search("words", offset: .max).cells.isEmpty)
            #expect(try keys(session.search(offset: 23)) == [.text("p33"), .text("p34")])
        }
    }

    @Test(
        "nothing of a term reaches the query language",
        arguments: ["a\"b", "a*", "a OR b", "c3:x", "", "-a", "(", "^a"])
    func hostile(_ term: String) throws {
        try withSearch { _, session in
            let refusal = #expect(throws: Refusal.self) { try session.search(term) }
            #expect(refusal?.status == VAIS_INVALID)
            let words = try session.search("and", "NOT", "near")
            #expect(words.total == 0)
        }
    }
}
