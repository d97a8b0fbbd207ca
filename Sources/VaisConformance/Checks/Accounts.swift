internal import CVaisPlugin

/// A store with a few accounts in it, and uses of every kind that succeed or fail as wanted.
final class Accounts {
    /// id text (key), mail text (unique), balance i64, note text or null.
    static let collection = Collection(
        id: 1, name: "accounts", key: [1],
        columns: [
            Column(1, "id", VAIS_TEXT), Column(2, "mail", VAIS_TEXT), Column(3, "balance", VAIS_I64),
            Column(4, "note", VAIS_TEXT, nullable: true),
        ],
        indexes: [Index(1, "by_mail", on: [2], unique: true), Index(2, "by_balance", on: [3])])
    static let schema = Schema(collections: [collection])
    static let guardKinds = [
        VAIS_REQUIRE_ABSENT, VAIS_REQUIRE_PRESENT, VAIS_REQUIRE_VERSION, VAIS_REQUIRE_EQUAL, VAIS_REQUIRE_EMPTY,
        VAIS_REQUIRE_SOME,
    ]
    static let operationKinds = [VAIS_INSERT, VAIS_UPSERT, VAIS_UPDATE, VAIS_ADD, VAIS_DELETE]

    enum Failure: CaseIterable {
        case insertKey, insertUnique, upsertUnique, updateUnique, updateMissing, addMissing, addOverflow, addUnderflow

        var status: vais_status {
            switch self {
            case .insertKey, .insertUnique, .upsertUnique, .updateUnique: VAIS_EXISTS
            case .updateMissing, .addMissing: VAIS_NOT_FOUND
            case .addOverflow, .addUnderflow: VAIS_INVALID
            }
        }
    }

    let store: RawStore
    let session: RawSession
    private let bench: Bench
    private var reference = ReferenceStore(schema)
    private var lastStamp: Int64 = 100
    private let shapes: Shapes

    struct Shapes {
        var book = ShapeBook()
        let insert, upsert, update, updateMail, add, delete: Shape
        let absent, present, version, equal, empty, some: Shape
        let get, all, byMail, byBalance: Shape

        init() {
            let accounts = Accounts.collection
            insert = book.use(VAIS_INSERT, accounts, [1, 2, 3])
            upsert = book.use(VAIS_UPSERT, accounts, [3, 1, 2])
            update = book.use(VAIS_UPDATE, accounts, [3])
            updateMail = book.use(VAIS_UPDATE, accounts, [2])
            add = book.use(VAIS_ADD, accounts, [3])
            delete = book.use(VAIS_DELETE, accounts)
            absent = book.use(VAIS_REQUIRE_ABSENT, accounts)
            present = book.use(VAIS_REQUIRE_PRESENT, accounts)
            version = book.use(VAIS_REQUIRE_VERSION, accounts)
            equal = book.use(VAIS_REQUIRE_EQUAL, accounts, [3, 4])
            empty = book.use(VAIS_REQUIRE_EMPTY, accounts, by: 2, flags: VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER)
            some = book.use(VAIS_REQUIRE_SOME, accounts, by: 2, flags: VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER)
            let columns = accounts.columnIDs + [VAIS_COLUMN_VERSION]
            get = book.get(accounts, columns)
            all = book.scan(accounts, columns)
            byMail = book.scan(accounts, by: 1, columns)
            byBalance = book.scan(accounts, by: 2, columns)
        }
    }

    init(_ bench: Bench) throws {
        self.bench = bench
        shapes = Shapes()
        store = try bench.store(Self.schema, shapes.book)
        session = try store.session()
        let records = [
            insert("a", "mail-a", 100), insert("b", "mail-b", 200), insert("max", "mail-max", .integer(.max)),
            insert("min", "mail-min", .integer(.min)),
        ]
        let batch = Batch(stamp: 100, operations: records)
        try bench.require(session.commit(batch), "the first batch")
        _ = reference.commit(batch)
    }

    func stamp() -> Int64 {
        lastStamp += 1
        return lastStamp
    }

    func insert(_ id: Datum, _ mail: Datum, _ balance: Datum) -> Use { shapes.insert(id, mail, balance) }
    func upsert(_ id: Datum, _ mail: Datum, _ balance: Datum) -> Use { shapes.upsert(balance, id, mail) }
    func update(_ id: Datum, _ balance: Datum) -> Use { shapes.update(id, balance) }
    func add(_ id: Datum, _ amount: Datum) -> Use { shapes.add(id, amount) }
    func delete(_ id: Datum) -> Use { shapes.delete(id) }
    func get(_ id: Datum) -> Use { shapes.get(id) }
    func requireAbsent(_ id: Datum) -> Use { shapes.absent(id) }
    func scanAll() -> Use { shapes.all() }

    /// A guard on the accounts as they are at first.
    func guardUse(_ kind: UInt32, holds: Bool) -> Use {
        switch kind {
        case VAIS_REQUIRE_ABSENT: shapes.absent(holds ? "nobody" : "a")
        case VAIS_REQUIRE_PRESENT: shapes.present(holds ? "a" : "nobody")
        case VAIS_REQUIRE_VERSION: shapes.version("a", holds ? 100 : 99)
        case VAIS_REQUIRE_EQUAL: shapes.equal("a", 100, holds ? .null : "")
        case VAIS_REQUIRE_EMPTY: shapes.empty(101, holds ? 199 : 200)
        default: shapes.some(101, holds ? 200 : 199)
        }
    }

    /// An operation that succeeds on the accounts as they are at first.
    func operation(_ kind: UInt32) -> Use {
        switch kind {
        case VAIS_INSERT: insert("c", "mail-c", 300)
        case VAIS_UPSERT: upsert("b", "mail-b2", 201)
        case VAIS_UPDATE: update("a", 101)
        case VAIS_ADD: add("a", 5)
        default: delete("max")
        }
    }

    /// An operation that fails wherever it stands among those of `operation`.
    func failing(_ failure: Failure) -> Use {
        switch failure {
        case .insertKey: insert("a", "unused", 1)
        case .insertUnique: insert("unused", "mail-a", 1)
        case .upsertUnique: upsert("unused", "mail-a", 1)
        case .updateUnique: shapes.updateMail("b", "mail-a")
        case .updateMissing: update("nobody", 1)
        case .addMissing: add("nobody", 1)
        case .addOverflow: add("a", .integer(.max))
        case .addUnderflow: add("min", -1)
        }
    }

    /// Compares the whole store with what it must be when `batch` has been committed.
    func expect(_ batch: Batch) { expect(all: [batch]) }

    func expect(all batches: [Batch]) {
        for batch in batches where reference.commit(batch) != .committed {
            bench.found("the kit expected \(batch) to succeed")
        }
        expectUnchanged("after \(batches.last.map { "\($0)" } ?? "no batch")")
    }

    func expectUnchanged(_ what: @autoclosure () -> String) {
        for shape in [shapes.all, shapes.byMail, shapes.byBalance] {
            bench.expect(
                session.scan(shape()), VAIS_DONE, reference.scan(shape()), "\(what()), by index \(shape.index)")
        }
    }
}
