internal import Glibc
internal import Synchronization

/// The collection in which every batch leaves its id. A commit whose answer was lost is settled by looking for the id, and by claiming
/// it when it is not there: since there can be one record of an id, an attempt that arrives afterwards fails as a whole. Thread-safe.
///
/// An id whose batch has a clear outcome is of no use any more: the next batches delete it on their way, so the collection stays as
/// small as what is under way. Ids are left over where a process ended, or where an answer was lost: in that case an attempt may
/// still be on its way to the backend, and finding its id is what stops it.
final class CommitLedger: Sendable {
    private static let idColumn = Column(1, "id", .bytes)
    private static let collection = Collection(1_000_000, "commits", key: [idColumn], columns: [idColumn])

    /// Left-over ids are kept for a week: far longer than any call waits, and than clocks are wrong.
    private static let keep: Int64 = 7 * 86_400_000_000

    let insert: OperationShape
    /// The stamp of an id's record: that of the batch which inserted it.
    let find: ReadShape
    private let delete: OperationShape
    /// Ids before a given one.
    let old: ScanShape
    /// Ids to delete: at most `mostFinished`, more are left to age.
    private let finished = Mutex<[[UInt8]]>([])
    private static let mostFinished = 4096
    /// How many ids a batch takes along. More than one, or the collection would never shrink.
    static let perBatch = 2

    /// The declarations with the ledger's own behind them.
    static func adding(to shapes: ShapeSet) -> (ShapeSet, CommitLedger) {
        var schema = shapes.schema
        schema.collections.append(collection)
        var set = ShapeSet(schema)
        set.shapes = shapes.shapes
        let ledger = CommitLedger(&set)
        return (set, ledger)
    }

    private init(_ set: inout ShapeSet) {
        let collection = Self.collection
        insert = set.insert(collection, columns: [Self.idColumn])
        find = set.get(collection, columns: [.version])
        delete = set.delete(collection)
        old = set.scan(collection, Bounds(upper: .exclusive), columns: [Self.idColumn])
    }

    /// A new id: the time in microseconds, big-endian, so that ids sort by age, then 64 random bits.
    static func newID() -> [UInt8] {
        bytes(UInt64(bitPattern: now())) + bytes(UInt64.random(in: .min ... .max))
    }

    /// Takes ids to delete along with a batch.
    func takeFinished() -> [[UInt8]] {
        finished.withLock { ids in
            let taken = Array(ids.suffix(Self.perBatch))
            ids.removeLast(taken.count)
            return taken
        }
    }

    /// The ids' batches have a clear outcome; nobody will look for them.
    func finish(_ ids: [[UInt8]]) {
        finished.withLock { known in known += ids.prefix(max(0, Self.mostFinished - known.count)) }
    }

    func deletions(_ ids: [[UInt8]]) -> [Use] { ids.map { delete(.bytes($0)) } }

    /// Left-over ids that nobody can ask for any more.
    func expired() -> Use { old(.bytes(Self.bytes(UInt64(bitPattern: max(0, Self.now() - Self.keep))))) }

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
