internal import CVaisPlugin

extension Check {
    static let search = [
        Check(.search, "a term finds the words that begin with it, ignoring case, and every term must match") { bench in
            let library = try Library(bench)
            library.expect(["http"], ["http-client", "http-server", "tls"])
            library.expect(["HTTP"], ["http-client", "http-server", "tls"])
            library.expect(["Http", "SERVER"], ["http-server"])
            library.expect(["htt"], ["http-client", "http-server", "tls"])
            library.expect(["ttp"], [])
            library.expect(["serv", "cli"], [])
            library.expect(["fast", "client"], ["http-client"])
            library.expect(["nothing"], [])
            library.expect(["42"], ["tls"])
            library.expect(["straße"], ["road"])
            library.expect(["élan"], ["road"])
        },
        Check(.search, "the index follows every commit") { bench in
            let library = try Library(bench)
            library.commit([library.insert("zeta", "a brand new parser", .null)])
            library.expect(["parser"], ["zeta"])
            library.commit([library.update("zeta", "a lexer now")])
            library.expect(["parser"], [])
            library.expect(["lexer"], ["zeta"])
            library.commit([library.update("zeta", .null)])
            library.expect(["lexer"], [])
            library.expect(["zeta"], ["zeta"])
            library.commit([library.delete("zeta"), library.delete("tls")])
            library.expect(["zeta"], [])
            library.expect(["http"], ["http-client", "http-server"])
            library.refuse([library.insert("omega", "undone entirely", .null), library.update("nobody", "x")])
            library.expect(["undone"], [])
        },
        Check(.search, "hits come best first, ties by key, with scores that do not rise") { bench in
            let library = try Library(bench)
            library.commit(
                (0..<30).map { library.insert(.text("twin\($0 % 10)\($0 / 10)"), "identical words here", .null) })
            let twins = (0..<30).map { "twin\($0 % 10)\($0 / 10)" }.sorted()
            let (read, total) = library.query(["identical"])
            bench.expect(read.answer, VAIS_DONE, "the query")
            bench.expect(total == 30, "total is \(total), not 30")
            bench.expect(
                read.rows.map { $0[0] } == twins.map { .text($0) },
                "equal hits are not in the order of their keys: \(read.rows)")
            let all = library.query(["http"]).read.rows
            let scores = all.map { row in if case .double(let score) = row[1] { score } else { Double.nan } }
            bench.expect(zip(scores, scores.dropFirst()).allSatisfy { $0 >= $1 }, "scores rise: \(all)")
            // The name counts ten times as much as the text.
            library.commit([
                library.insert("quantum", "something", .null), library.insert("aaa", "quantum things", .null),
            ])
            bench.expect(
                library.query(["quantum"]).read.rows.map { $0[0] } == ["quantum", "aaa"],
                "the heavier column does not win")
        },
        Check(.search, "pages by offset and limit together hold every hit once, and total counts all") { bench in
            let library = try Library(bench)
            library.commit(
                (0..<25).map { library.insert(.text("page\($0)"), $0 % 3 == 0 ? "paged paged" : "paged", .null) })
            let whole = library.query(["paged"]).read.rows
            bench.expect(whole.count == 25, "\(whole.count) hits, not 25")
            for limit in [1, 4, 24, 25, 26] as [UInt32] {
                for offset in stride(from: UInt64(0), through: 30, by: Int(limit)) {
                    let (read, total) = library.query(["paged"], offset: offset, limit: limit)
                    let expected = Array(whole.dropFirst(Int(offset)).prefix(Int(limit)))
                    let isLast = Int(offset) + Int(limit) >= 25
                    bench.expect(read, isLast ? VAIS_DONE : VAIS_OK, expected, "offset \(offset), limit \(limit)")
                    bench.expect(total == 25, "offset \(offset), limit \(limit): total is \(total)")
                }
            }
            let small = library.search.query(library.session, 1, ["paged"], cells: 1, bytes: 100).read
            bench.expect(small, VAIS_LIMIT, [], "room for one cell")
            bench.expect(small.cellsNeeded == 2, "LIMIT asks for \(small.cellsNeeded) cells, and a row has 2")
        },
        Check(.search, "apply may be repeated, and fills a new index from existing records") { bench in
            try bench.requireDurable()
            let library = try Library(bench)
            library.session.close()
            library.store.close()
            let store = try RawStore(bench.plugin, folder: library.store.folder)
            try bench.require(store.apply(Library.schema), "schema_apply")
            let search = try RawSearch(store)
            let titles = SearchDeclaration(id: 2, name: "titles", collection: Library.books, columns: [2], weights: [1])
            for round in 1...2 {
                bench.expect(
                    search.apply(Library.schema, [Library.declaration, titles]), VAIS_OK, "apply, round \(round)")
            }
            try bench.require(store.prepare(Library.schema, Library.Shapes().book), "prepare")
            let session = try store.session()
            for (index, term, expected) in [(1, "http", 3), (2, "secure", 1), (2, "http", 2)]
                as [(UInt32, String, UInt64)]
            {
                let total = search.query(session, index, [term]).total
                bench.expect(total == expected, "index \(index), \(term): \(total) hits, not \(expected)")
            }
        },
        Check(.search, "unknown flags, passed deadlines and unknown indexes are refused") { bench in
            let library = try Library(bench)
            let query = { (index: UInt32, options: CallOptions) in
                library.search.query(library.session, index, ["http"], options).read.answer
            }
            bench.expect(query(1, .unknownFlag), VAIS_UNSUPPORTED, "an unknown flag")
            bench.expect(query(1, .expired), VAIS_TIMEOUT, "a passed deadline")
            bench.expect(query(9, .plain), VAIS_INVALID, "an unknown index")
            library.expect(["http"], ["http-client", "http-server", "tls"])
        },
    ]
}
