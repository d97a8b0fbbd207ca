internal import Glibc

/// The collection in which every batch leaves its id. A commit whose answer was lost is settled by looking for the id; a batch sent
/// twice cannot take effect twice, since the second insertion of its id fails.
struct CommitLedger: Sendable {
    private static let idColumn = Column(1, "id", .bytes)
    private static let collection = Collection(1_000_000, "commits", key: [idColumn], columns: [idColumn])

    /// Ids younger than this are kept: no call waits so long for its outcome.
    private static let keep: Int64 = 3_600_000_000

    let insert: OperationShape
    let find: ReadShape
    private let old: ScanShape
    private let delete: OperationShape

    /// The declarations with the ledger's own behind them.
    static func adding(to shapes: ShapeSet) -> (ShapeSet, CommitLedger) {
        var schema = shapes.schema
        schema.collections.append(collection)
        var set = ShapeSet(schema)
        set.shapes = shapes.shapes
        let ledger = CommitLedger(
            insert: set.insert(collection, columns: [idColumn]),
            find: set.get(collection, columns: [idColumn]),
            old: set.scan(collection, Bounds(upper: .exclusive), columns: [idColumn]),
            delete: set.delete(collection))
        return (set, ledger)
    }

    /// A new id: the time in microseconds, big-endian, so that ids sort by age, then 64 random bits.
    static func newID() -> [UInt8] {
        bytes(UInt64(bitPattern: now())) + bytes(UInt64.random(in: .min ... .max))
    }

    /// Which ids to forget: the oldest that nobody can ask for any more.
    func expired() -> Use { old(.bytes(Self.bytes(UInt64(bitPattern: Self.now() - Self.keep)))) }

    func forgetting(_ rows: [Row]) -> Batch { Batch(operations: rows.map { delete($0[0]) }) }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }

    private static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000
    }
}
