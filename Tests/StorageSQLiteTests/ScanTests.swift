import CVaisPlugin
import StorageSQLiteTesting
import Testing

@Suite("SQLite scans") struct ScanTests {
    @Test(
        "pages of an index with many equal values join to the whole range, upwards and downwards",
        arguments: [1, 2, 7, 40])
    func pages(of limit: UInt32) throws {
        try withStore { _, session in
            // Ten records for each of four values, inserted out of order.
            for number in 0..<40 {
                let shuffled = number * 17 % 40
                try session.commit(newPackage("p\(shuffled + 10)", Int64(shuffled), downloads: Int64(shuffled / 10)))
            }
            let upwards = (10..<40).map { (Int64($0 / 10), "p\($0 + 10)") }
            #expect(try allRows(session, Use(Shape.byDownloads, .i64(1)), limit) == flat(upwards))
            let downwards = (0..<30).reversed().map { (Int64($0 / 10), "p\($0 + 10)") }
            #expect(try allRows(session, Use(Shape.byDownloadsDown, .i64(2)), limit) == flat(downwards))
        }
    }

    @Test("a page begins behind its position when that record is gone, or was never in the range")
    func positions() throws {
        try withStore { _, session in
            for (number, name) in ["a", "b", "c", "d"].enumerated() {
                try session.commit(newPackage(name, Int64(number), downloads: Int64(number)))
            }
            try session.commit(Use(Shape.deletePackage, .text("b")))
            #expect(
                try session.scan(Use(Shape.packagesByName), after: [.text("b")]).cells == [.text("c"), .text("d")])
            #expect(
                try session.scan(Use(Shape.byDownloads, .i64(2)), after: [.i64(0), .text("a")]).cells
                    == [.i64(2), .text("c"), .i64(3), .text("d")])
            #expect(
                try session.scan(Use(Shape.byDownloadsDown, .i64(2)), after: [.i64(9), .text("z")]).cells
                    == [.i64(2), .text("c"), .i64(0), .text("a")])
        }
    }

    @Test("a prefix and two limits on the next column")
    func bounds() throws {
        try withStore { _, session in
            for (version, time) in [("1.0.0", Int64(10)), ("1.1.0", 20), ("2.0.0", 30)] {
                try session.commit(
                    Use(Shape.insertRelease, .text("a"), .text(version), .time(time), .bool(false)),
                    Use(Shape.insertRelease, .text("b"), .text(version), .time(time), .bool(true)))
            }
            let range = Use(Shape.releasesBetween, .text("a"), .time(10), .time(30))
            #expect(try session.scan(range).cells == [.text("1.0.0"), .time(10), .text("1.1.0"), .time(20)])
            let next = try session.scan(range, after: [.time(10), .text("1.0.0")])
            #expect(next.cells == [.text("1.1.0"), .time(20)] && next.isLast)
        }
    }

    @Test("the last page says so, also when it is exactly full")
    func ends() throws {
        try withStore { _, session in
            for number in 0..<4 { try session.commit(newPackage("p\(number)", Int64(number))) }
            let use = Use(Shape.packagesByName)
            #expect(try session.scan(use, limit: 4).isLast)
            #expect(try session.scan(use, limit: 3).isLast == false)
            #expect(try session.scan(use, after: [.text("p3")], limit: 3).isLast)
        }
    }

    @Test("a row that does not fit is left for the next page; one that never fits tells what it needs")
    func smallPages() throws {
        try withStore { store, session in
            try session.commit(newPackage("aaaa", 1), newPackage("bbbb", 2))
            let arena = Arena()
            let uses = arena.uses([Use(Shape.packagesByName)])
            var page = session.emptyPage(bytes: 6)
            let isLast = try call { store.plugin.storage.pointee.scan(session.handle, uses, nil, 0, 10, &page, $0) }
            #expect(!isLast && page.row_count == 1 && page.byte_count == 4)

            page = session.emptyPage(bytes: 3)
            let refusal = #expect(throws: Refusal.self) {
                try call { store.plugin.storage.pointee.scan(session.handle, uses, nil, 0, 10, &page, $0) }
            }
            #expect(refusal?.status == VAIS_LIMIT && page.row_count == 0)
            #expect(page.bytes_needed == 4 && page.cells_needed == 1)

            let gets = arena.uses([Use(Shape.getPackage, .text("aaaa")), Use(Shape.getPackage, .text("bbbb"))])
            page = session.emptyPage(cells: 9, bytes: 7)
            #expect(throws: Refusal.self) {
                try call { store.plugin.storage.pointee.get_many(session.handle, gets, 2, &page, $0) }
            }
            #expect(page.row_count == 0 && page.bytes_needed == 8 && page.cells_needed == 10)
        }
    }

    private func allRows(_ session: TestSession, _ use: Use, _ limit: UInt32) throws -> [Cell] {
        var cells: [Cell] = []
        var after: [Cell]?
        while true {
            let page = try session.scan(use, after: after, limit: limit)
            cells += page.cells
            if page.isLast { return cells }
            after = Array(page.cells.suffix(2))
        }
    }

    private func flat(_ rows: [(Int64, String)]) -> [Cell] { rows.flatMap { [.i64($0.0), .text($0.1)] } }
}
