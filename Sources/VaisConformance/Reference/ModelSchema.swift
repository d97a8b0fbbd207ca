internal import CVaisPlugin

/// The schema of the model test: every type as column, as part of a key, and in an index.
enum ModelSchema {
    static let things = Collection(
        id: 1, name: "things", key: [1, 2],
        columns: [
            Column(1, "owner", VAIS_TEXT),
            Column(2, "number", VAIS_I64),
            Column(3, "flag", VAIS_BOOL),
            Column(4, "total", VAIS_I64),
            Column(5, "ratio", VAIS_F64),
            Column(6, "note", VAIS_TEXT, nullable: true),
            Column(7, "data", VAIS_BYTES, nullable: true),
            Column(8, "made", VAIS_TIME),
            Column(9, "code", VAIS_BYTES),
            Column(10, "slug", VAIS_TEXT),
            Column(11, "seen", VAIS_TIME, nullable: true),
        ],
        indexes: [
            Index(1, "by_slug", on: [10], unique: true),
            Index(2, "by_owner_code", on: [1, 9], unique: true),
            Index(3, "by_flag_ratio", on: [3, 5]),
            Index(4, "by_made", on: [8]),
            Index(5, "by_total_owner", on: [4, 1]),
        ])

    /// Every column but the key may be null.
    static let loose = Collection(
        id: 2, name: "loose", key: [1],
        columns: [
            Column(1, "id", VAIS_BYTES),
            Column(2, "flag", VAIS_BOOL, nullable: true),
            Column(3, "number", VAIS_I64, nullable: true),
            Column(4, "ratio", VAIS_F64, nullable: true),
            Column(5, "words", VAIS_TEXT, nullable: true),
            Column(6, "data", VAIS_BYTES, nullable: true),
            Column(7, "made", VAIS_TIME, nullable: true),
        ])

    /// Nothing but a key, of the types that are seldom one; columns in another order than the key, and words of SQL as names.
    static let keys = Collection(
        id: 7, name: "select", key: [3, 1, 2],
        columns: [
            Column(1, "order", VAIS_BOOL),
            Column(2, "group", VAIS_F64),
            Column(3, "table", VAIS_TIME),
        ],
        indexes: [Index(4, "index", on: [2])])

    static let schema = Schema(collections: [things, loose, keys])

    /// Shapes for every collection: all kinds, with random columns and bounds.
    static func book(_ random: inout SeededGenerator) -> ShapeBook {
        var book = ShapeBook()
        for collection in schema.collections {
            addReads(of: collection, to: &book, &random)
            addOperations(of: collection, to: &book, &random)
            addGuards(of: collection, to: &book, &random)
        }
        return book
    }

    private static func indexes(of collection: Collection) -> [UInt32] { [0] + collection.indexes.map(\.id) }

    /// Any of the columns, each about every second time.
    static func some(_ columns: [UInt32], _ random: inout SeededGenerator) -> [UInt32] {
        columns.filter { _ in random.once(in: 2) }
    }

    private static func addReads(of collection: Collection, to book: inout ShapeBook, _ random: inout SeededGenerator) {
        let all = collection.columnIDs + [VAIS_COLUMN_VERSION]
        for index in indexes(of: collection) {
            let isUnique = index == 0 || collection.indexes.contains { $0.id == index && $0.isUnique }
            if isUnique { _ = book.get(collection, by: index, all) }
            if isUnique { _ = book.get(collection, by: index, [all[random.below(all.count)]]) }
            _ = book.count(collection, by: index)
            _ = book.add(.scan(collection, by: index, all))
            _ = book.add(.scan(collection, by: index, flags: VAIS_SHAPE_DESCENDING, all))
            for _ in 0..<6 {
                for kind in [VAIS_COUNT, VAIS_REQUIRE_EMPTY, VAIS_REQUIRE_SOME] {
                    let (prefix, flags) = bounds(collection, index, &random)
                    _ = book.use(kind, collection, by: index, prefix: prefix, flags: flags)
                }
                let (prefix, flags) = bounds(collection, index, &random)
                let direction = random.once(in: 2) ? VAIS_SHAPE_DESCENDING : 0
                _ = book.add(
                    .scan(collection, by: index, prefix: prefix, flags: flags | direction, some(all, &random)))
            }
        }
    }

    private static func bounds(
        _ collection: Collection, _ index: UInt32, _ random: inout SeededGenerator
    ) -> (prefix: Int, flags: UInt32) {
        let width = collection.order(of: index).count
        let prefix = random.below(width + 1)
        guard prefix < width else { return (prefix, 0) }
        let lower = random.pick([0, VAIS_SHAPE_LOWER, VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE])
        let upper = random.pick([0, VAIS_SHAPE_UPPER, VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE])
        return (prefix, lower | upper)
    }

    private static func addOperations(
        of collection: Collection, to book: inout ShapeBook, _ random: inout SeededGenerator
    ) {
        let required = collection.columns.filter { !$0.isNullable }.map(\.id)
        let optional = collection.columns.filter(\.isNullable).map(\.id)
        let settable = collection.columnIDs.filter { !collection.key.contains($0) }
        for kind in [VAIS_INSERT, VAIS_UPSERT] {
            _ = book.use(kind, collection, collection.columnIDs)
            for _ in 0..<3 {
                _ = book.use(kind, collection, (required + some(optional, &random)).shuffled(using: &random))
            }
        }
        for column in settable { _ = book.use(VAIS_UPDATE, collection, [column]) }
        for _ in 0..<3 {
            let columns = some(settable, &random).shuffled(using: &random)
            if !columns.isEmpty { _ = book.use(VAIS_UPDATE, collection, columns) }
        }
        let counters = collection.columns.filter { $0.type == VAIS_I64 && !$0.isNullable && settable.contains($0.id) }
        if !counters.isEmpty { _ = book.use(VAIS_ADD, collection, counters.map(\.id)) }
        _ = book.use(VAIS_DELETE, collection)
    }

    private static func addGuards(of collection: Collection, to book: inout ShapeBook, _ random: inout SeededGenerator)
    {
        for index in indexes(of: collection) {
            guard index == 0 || collection.indexes.contains(where: { $0.id == index && $0.isUnique }) else { continue }
            _ = book.use(VAIS_REQUIRE_ABSENT, collection, by: index)
            _ = book.use(VAIS_REQUIRE_PRESENT, collection, by: index)
        }
        _ = book.use(VAIS_REQUIRE_VERSION, collection)
        for column in collection.columnIDs { _ = book.use(VAIS_REQUIRE_EQUAL, collection, [column]) }
        _ = book.use(VAIS_REQUIRE_EQUAL, collection, collection.columnIDs)
    }
}
