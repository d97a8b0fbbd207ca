import CVais
import Synchronization

/// An open store. An engine of your own would open its files or its server in `init`.
final class Store {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var tables: [Table] = []
    /// nil until `prepare`.
    private var shapes: [Shape]?

    init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Every call that looks at the tables is inside: each sees, and leaves, one state.
    private func locked<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    func plan(_ schema: vais_schema) throws(Failure) -> [UInt8] {
        try locked { () throws(Failure) in try SchemaMerge(tables, schema).plan }
    }

    func apply(_ schema: vais_schema) throws(Failure) {
        try locked { () throws(Failure) in
            let merge = try SchemaMerge(tables, schema)
            // No host needs more: no record of this store is older than the schema.
            guard merge.plan.isEmpty || shapes == nil else { throw Failure(VAIS_INVALID, "apply comes before prepare") }
            tables = merge.tables
        }
    }

    func prepare(_ declared: Strided<vais_shape>) throws(Failure) {
        try locked { () throws(Failure) in
            guard shapes == nil else { throw Failure(VAIS_INVALID, "prepare comes once") }
            var resolved: [Shape] = []
            for shape in declared {
                do throws(Failure) { resolved.append(try Shape(shape.pointee, tables)) } catch {
                    throw error.at(VAIS_AT_SHAPE, resolved.count)
                }
            }
            shapes = resolved
        }
    }

    private func shape(_ use: vais_use) throws(Failure) -> Shape {
        guard let shapes, use.shape < shapes.count else { throw Failure(VAIS_INVALID, "no such shape") }
        return shapes[Int(use.shape)]
    }

    func getMany(_ uses: UnsafeBufferPointer<vais_use>, _ page: Page, _ watch: Watch) throws(Failure) {
        try locked { () throws(Failure) in
            var cells: UInt64 = 0, bytes: UInt64 = 0  // What all rows need, whether or not they fit.
            for (position, use) in uses.enumerated() {
                try watch.check()
                let row: Row
                do throws(Failure) { row = try self.row(use) } catch { throw error.at(VAIS_AT_USE, position) }
                cells += row.cellCount
                bytes += row.byteCount
                if page.rowCount == position { _ = page.append(row) }
            }
            if page.rowCount < uses.count { throw page.tooSmall(cells: cells, bytes: bytes) }
        }
    }

    private func row(_ use: vais_use) throws(Failure) -> Row {
        let shape = try shape(use), table = tables[shape.table]
        let values = try shape.values(use, table)
        switch shape.kind {
        case VAIS_COUNT: return Row([.integer(type: VAIS_I64, Int64(table.select(shape, values).count))])
        case VAIS_GET:
            guard let place = table.find(shape.index, key: values[...]) else { return Row(absentOf: shape) }
            return Row(table.records[place], shape)
        default: throw Failure(VAIS_INVALID, "neither GET nor COUNT")
        }
    }

    func scan(_ use: vais_use, after: [Value]?, limit: Int, _ page: Page) throws(Failure) -> vais_status {
        try locked { () throws(Failure) in
            let shape = try shape(use), table = tables[shape.table]
            guard shape.kind == VAIS_SCAN else { throw Failure(VAIS_INVALID, "not a SCAN") }
            let index = table.indexes[shape.index]
            var records = table.select(shape, try shape.values(use, table))
            if let after {
                guard shape.keyCount + after.count == index.slots.count else {
                    throw Failure(VAIS_INVALID, "a position of another length")
                }
                let descending = shape.has(VAIS_SHAPE_DESCENDING)
                records.removeAll {
                    let order = $0.compare(index, from: shape.keyCount, after[...])
                    return descending ? order >= 0 : order <= 0
                }
            }
            for record in records.prefix(limit) {
                let row = Row(record, shape)
                if page.append(row) { continue }
                if page.rowCount == 0 { throw page.tooSmall(cells: row.cellCount, bytes: row.byteCount) }
                return VAIS_OK
            }
            return records.count > limit ? VAIS_OK : VAIS_DONE
        }
    }

    func commit(_ batch: vais_batch, _ watch: Watch) throws(Failure) {
        try locked { () throws(Failure) in tables = try Commit(tables, shapes ?? [], batch, watch).tables }
    }
}

/// One caller's connection.
final class Session {
    let store: Store
    let state = Atomic<UInt32>(idle)

    static let idle: UInt32 = 0
    static let called: UInt32 = 1
    static let interrupted: UInt32 = 2

    init(_ store: Store) { self.store = store }

    /// An idle session stays idle: later calls are not disturbed.
    func interrupt() {
        _ = state.compareExchange(expected: Self.called, desired: Self.interrupted, ordering: .acquiringAndReleasing)
    }
}
