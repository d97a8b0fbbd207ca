import CVaisPlugin
import Testing

/// The shapes most tests need.
enum Shape {
    static let insertPackage: UInt32 = 0
    static let getPackage: UInt32 = 1
    static let getByNumber: UInt32 = 2
    static let addDownloads: UInt32 = 3
    static let updateAbout: UInt32 = 4
    static let deletePackage: UInt32 = 5
    static let packagesByName: UInt32 = 6
    static let countPackages: UInt32 = 7
    static let upsertPackage: UInt32 = 8
    static let requireAbsent: UInt32 = 9
    static let requireAbout: UInt32 = 10
    static let byDownloads: UInt32 = 11
    static let byDownloadsDown: UInt32 = 12
    static let insertRelease: UInt32 = 13
    static let releasesOf: UInt32 = 14
    static let releasesBetween: UInt32 = 15
    static let upsertAboutOnly: UInt32 = 16

    static let all: [TestShape] = [
        TestShape(kind: VAIS_INSERT, collection: 1, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_GET, collection: 1, columns: [1, 2, 3, 4, VAIS_COLUMN_VERSION]),
        TestShape(kind: VAIS_GET, collection: 1, index: 1, columns: [1]),
        TestShape(kind: VAIS_ADD, collection: 1, columns: [4]),
        TestShape(kind: VAIS_UPDATE, collection: 1, columns: [3]),
        TestShape(kind: VAIS_DELETE, collection: 1),
        TestShape(kind: VAIS_SCAN, collection: 1, columns: [1]),
        TestShape(kind: VAIS_COUNT, collection: 1),
        TestShape(kind: VAIS_UPSERT, collection: 1, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_REQUIRE_ABSENT, collection: 1),
        TestShape(kind: VAIS_REQUIRE_EQUAL, collection: 1, columns: [3]),
        TestShape(kind: VAIS_SCAN, collection: 1, index: 2, flags: VAIS_SHAPE_LOWER, columns: [4, 1]),
        TestShape(
            kind: VAIS_SCAN, collection: 1, index: 2, flags: VAIS_SHAPE_UPPER | VAIS_SHAPE_DESCENDING, columns: [4, 1]),
        TestShape(kind: VAIS_INSERT, collection: 2, columns: [1, 2, 3, 4]),
        TestShape(kind: VAIS_SCAN, collection: 2, prefix: 1, columns: [2]),
        TestShape(
            kind: VAIS_SCAN, collection: 2, index: 1,
            flags: VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE,
            prefix: 1, columns: [2, 3]),
        TestShape(kind: VAIS_UPSERT, collection: 1, columns: [1, 3]),
    ]
}

/// Runs `body` on a fresh store with the small registry's schema and shapes.
func withStore(_ settings: [(String, Cell)] = [], _ body: (TestStore, TestSession) throws -> Void) throws {
    try withFolder { folder in
        let store = try TestStore(folder, settings: settings)
        defer { store.close() }
        try store.apply(TestSchema())
        try store.prepare(TestSchema(), Shape.all)
        let session = try store.session()
        defer { session.close() }
        try body(store, session)
    }
}

func package(_ name: String, _ number: Int64, about: Cell = .null, downloads: Int64 = 0) -> Use {
    Use(Shape.insertPackage, .text(name), .i64(number), about, .i64(downloads))
}

@Suite("SQLite batches") struct BatchTests {
    @Test("what was inserted is read back, by key and by unique index, with its stamp")
    func roundTrip() throws {
        try withStore { _, session in
            try session.commit(stamp: 42, package("left-pad", 7, about: .text("pads")))
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
            try session.commit(package("a", 1))
            for twin in [package("a", 2), package("b", 1)] {
                let refusal = #expect(throws: Refusal.self) { try session.commit(package("c", 3), twin) }
                #expect(refusal?.status == VAIS_EXISTS)
                #expect(refusal?.place == VAIS_AT_OP && refusal?.position == 1)
            }
            #expect(try session.get(Use(Shape.countPackages)) == [.i64(1)])
        }
    }

    @Test("an upsert keeps what it does not name, and a record new to it needs every column")
    func upserts() throws {
        try withStore { _, session in
            try session.commit(package("a", 1, downloads: 5))
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
            try session.commit(package("a", 1, downloads: .max), package("b", 2, downloads: .min))
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
            try session.commit(package("a", 1))
            let refusal = #expect(throws: Refusal.self) {
                try session.commit(
                    guards: [
                        Use(Shape.requireAbout, .text("a"), .null), Use(Shape.requireAbsent, .text("z")),
                        Use(Shape.requireAbsent, .text("a")),
                    ], package("b", 2))
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
                [package("a", 1), package("b", 2)],
                [package("c", 3), package("a", 4)],
                [Use(Shape.updateAbout, .text("z"), .null)],
                [package("c", 3), Use(Shape.deletePackage, .text("b"))],
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
