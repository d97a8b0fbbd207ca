internal import CVaisPlugin

/// Numbered entries for tests of what outlives a process. Batch n adds entries 2n and 2n + 1 and counts itself, so that what is found
/// tells which batches are there and whether one is there by half.
struct Ledger: Sendable {
    static let entries = Collection(
        id: 1, name: "entries", key: [1], columns: [Column(1, "number", VAIS_I64), Column(2, "label", VAIS_TEXT)],
        indexes: [Index(1, "by_label", on: [2], unique: true)])
    static let totals = Collection(
        id: 2, name: "totals", key: [1], columns: [Column(1, "name", VAIS_TEXT), Column(2, "count", VAIS_I64)])
    static let schema = Schema(collections: [entries, totals])

    private(set) var book = ShapeBook()
    private let insert, start, absent, add, all, byLabel, total: Shape

    init() {
        insert = book.use(VAIS_INSERT, Self.entries, [1, 2])
        start = book.use(VAIS_INSERT, Self.totals, [1, 2])
        absent = book.use(VAIS_REQUIRE_ABSENT, Self.totals)
        add = book.use(VAIS_ADD, Self.totals, [2])
        all = book.add(.scan(Self.entries, [1, 2]))
        byLabel = book.add(.scan(Self.entries, by: 1, [1]))
        total = book.get(Self.totals, [2])
    }

    /// The batch before the first.
    private var beginning: Batch {
        Batch(stamp: 0, guards: [absent("batches")], operations: [start("batches", 0)])
    }

    func batch(_ number: Int) -> Batch {
        let first = Int64(number) * 2
        return Batch(
            stamp: first + 1,
            operations: [
                insert(.integer(first), label(first)), add("batches", 1), insert(.integer(first + 1), label(first + 1)),
            ])
    }

    /// Adds to the total alone.
    func increment(stamp: Int64) -> Batch { Batch(stamp: stamp, operations: [add("batches", 1)]) }

    /// A session on a store that has the ledger's schema, and a total, when this returns.
    func session(on store: RawStore) throws -> RawSession {
        let applied = settled { store.apply(Self.schema) }
        guard applied.isOK else { throw Refusal("schema_apply answered \(applied)") }
        let prepared = store.prepare(Self.schema, book)
        guard prepared.isOK else { throw Refusal("prepare answered \(prepared)") }
        let session = try store.session()
        let begun = settled { session.commit(beginning) }
        guard begun.isOK || begun.status == VAIS_GUARD_FAILED else {
            throw Refusal("the first commit answered \(begun)")
        }
        return session
    }

    /// What the total says, whatever entries there are.
    func total(_ session: RawSession) throws -> Int {
        let read = session.get([total("batches")])
        guard let total = read.rows.first?.first?.integer else {
            throw Refusal("reading the total answered \(read.answer) \(read.rows)")
        }
        return Int(total)
    }

    /// How many batches a store holds, all whole and without a gap; or what is wrong.
    func count(_ session: RawSession) throws -> Int {
        let count = try total(session)
        let entries = Pager(session, all(), limit: 500)
        let labels = Pager(session, byLabel(), limit: 500)
        if let fault = entries.fault ?? labels.fault { throw Refusal(fault) }
        let numbers = entries.rows.map { $0[0].integer ?? -1 }
        guard numbers == (0..<Int64(count) * 2).map({ $0 }) else {
            throw Refusal(
                "the total counts \(count) batches, and of their entries 0..<\(count * 2) there are \(numbers.count): "
                    + "\(numbers.suffix(6)) are the last")
        }
        guard entries.rows.allSatisfy({ $0[1] == label($0[0].integer ?? -1) }) else {
            throw Refusal("an entry has the label of another")
        }
        guard Set(labels.rows.map { $0[0].integer ?? -1 }) == Set(numbers), labels.rows.count == numbers.count else {
            throw Refusal("the index by label has \(labels.rows.count) entries, the records are \(numbers.count)")
        }
        return count
    }

    private func label(_ number: Int64) -> Datum { .text("entry \(number &* 7919 % 100_003) of \(number)") }
}
