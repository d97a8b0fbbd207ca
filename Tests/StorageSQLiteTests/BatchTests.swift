import CVaisPlugin
import StorageSQLiteTesting
import Testing

@Suite("SQLite batches") struct BatchTests {
    @Test("what was inserted is read back, by key and by unique index, with its stamp")
    func roundTrip() throws {
        try withStore { _, session in
            try session.commit(stamp: 42, newPackage("left-pad", 7, about: .text("pads")))
            let row: [Cell] = [.text("left-pad"), .i64(7), .text("pads"), .i64(0), .i64(42)]
            #expect(try session.get(Use(Shape.getPackage, .text("left-pad"))) == row)
            #expect(
                try session.get(
                    Use(Shape.getByNumber, .i64(7)), Use(Shape.getByNumber, .i64(8)), Use(Shape.countPackages))
                    == [.text("left-pad"), .absent, .i64(1)])
        }
    }

    @Test("a second record with the same key, or the same value of a unique index, names its operation")
    func duplicates() throws {
        try withStore { _, session in
            try session.commit(newPackage("a", 1))
            for twin in [newPackage("a", 2), newPackage("b", 1)] {
                let refusal = #expect(throws: Refusal.self) { try session.commit(newPackage("c", 3), twin) }
                #expect(refusal?.status == VAIS_EXISTS)
                #expect(refusal?.place == VAIS_AT_OP && refusal?.position == 1)
            }
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(1)])
        }
    }

    @Test("an upsert keeps what it does not name, and a record new to it needs every column")
    func upserts() throws {
        try withStore { _, session in
            try session.commit(newPackage("a", 1, downloads: 5))
            try session.commit(stamp: 2, Use(Shape.upsertPackage, .text("a"), .i64(1), .text("x"), .i64(6)))
            try session.commit(stamp: 3, Use(Shape.upsertAboutOnly, .text("a"), .text("y")))
            #expect(
                try session.get(Use(Shape.getPackage, .text("a"))) == [
                    .text("a"), .i64(1), .text("y"), .i64(6), .i64(3),
                ])
            let refusal = #expect(throws: Refusal.self) {
                try session.commit(Use(Shape.upsertAboutOnly, .text("b"), .text("y")))
            }
            #expect(refusal?.status == VAIS_INVALID)
        }
    }

    @Test("a sum beyond 64 bits is refused in both directions and changes nothing")
    func overflow() throws {
        try withStore { _, session in
            try session.commit(newPackage("a", 1, downloads: .max), newPackage("b", 2, downloads: .min))
            for (name, amount) in [("a", Int64(1)), ("b", -1), ("a", .max), ("b", .min)] {
                let refusal = #expect(throws: Refusal.self) {
                    try session.commit(Use(Shape.addDownloads, .text(name), .i64(amount)))
                }
                #expect(refusal?.status == VAIS_INVALID && refusal?.place == VAIS_AT_OP)
            }
            try session.commit(
                Use(Shape.addDownloads, .text("a"), .i64(-1)), Use(Shape.addDownloads, .text("b"), .i64(1)))
            #expect(try session.get(Use(Shape.getPackage, .text("a")))[3] == .i64(.max - 1))
            #expect(try session.get(Use(Shape.getPackage, .text("b")))[3] == .i64(.min + 1))
        }
    }

    @Test("a guard that fails is named, and nothing of its batch happens")
    func guards() throws {
        try withStore { _, session in
            try session.commit(newPackage("a", 1))
            let refusal = #expect(throws: Refusal.self) {
                try session.commit(
                    guards: [
                        Use(Shape.requireAbout, .text("a"), .null), Use(Shape.requireAbsent, .text("z")),
                        Use(Shape.requireAbsent, .text("a")),
                    ], newPackage("b", 2))
            }
            #expect(refusal?.status == VAIS_GUARD_FAILED)
            #expect(refusal?.place == VAIS_AT_GUARD && refusal?.position == 2)
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(1)])
        }
    }

    @Test("of many batches the failing ones leave the others alone")
    func many() throws {
        try withStore { _, session in
            let outcomes = try session.commitMany([
                [newPackage("a", 1), newPackage("b", 2)],
                [newPackage("c", 3), newPackage("a", 4)],
                [Use(Shape.updateAbout, .text("z"), .null)],
                [newPackage("c", 3), Use(Shape.deletePackage, .text("b"))],
            ])
            #expect(outcomes.map(\.status) == [VAIS_OK, VAIS_EXISTS, VAIS_NOT_FOUND, VAIS_OK])
            #expect(outcomes[1].position == 1 && outcomes[1].place == VAIS_AT_OP)
            #expect(try session.scan(Use(Shape.packagesByName)).cells == [.text("a"), .text("c")])
        }
    }

    @Test("cells of another type, and text that is not text, are refused")
    func types() throws {
        try withStore { _, session in
            for cells: [Cell] in [
                [.bytes([1]), .i64(1), .null, .i64(0)], [.null, .i64(1), .null, .i64(0)],
                [.text("a"), .f64(1), .null, .i64(0)], [.text("a\u{0}"), .i64(1), .null, .i64(0)], [.text("a")],
            ] {
                var use = Use(Shape.insertPackage)
                use.cells = cells
                let refusal = #expect(throws: Refusal.self) { try session.commit(use) }
                #expect(refusal?.status == VAIS_INVALID && refusal?.position == 0)
            }
        }
    }
}
