internal import CVaisPlugin

/// Makes random uses of declared shapes. Values come from small pools and, often, from records that exist, so that about
/// half of what is asked for is there.
struct UseGenerator {
    var random: SeededGenerator
    private let reads: [Shape]
    private let scans: [Shape]
    /// By kind, so that each kind is as likely as the others however many shapes it has.
    private let operations: [[Shape]]
    private let guards: [[Shape]]
    /// The few values each column takes in this run.
    private var pools: [UInt32: [UInt32: [Datum]]] = [:]
    private var stamp: Int64 = 0

    init(_ book: ShapeBook, _ schema: Schema, _ random: SeededGenerator) {
        self.random = random
        reads = book.shapes.filter { $0.kind == VAIS_GET || $0.kind == VAIS_COUNT }
        scans = book.shapes.filter { $0.kind == VAIS_SCAN }
        operations = (VAIS_INSERT...VAIS_DELETE).map { kind in book.shapes.filter { $0.kind == kind } }
        guards = (VAIS_REQUIRE_ABSENT...VAIS_REQUIRE_SOME).map { kind in book.shapes.filter { $0.kind == kind } }
        for collection in schema.collections {
            for column in collection.columns {
                let values = ValuePool.values(of: column.type).shuffled(using: &self.random)
                pools[collection.id, default: [:]][column.id] = Array(values.prefix(5))
            }
        }
    }

    mutating func batch(_ store: ReferenceStore) -> Batch {
        stamp += 1 + Int64(random.below(1000))
        let guardCount = random.pick([0, 0, 0, 1, 1, 2, 3])
        let operationCount = random.pick([1, 1, 2, 3, 5, 8])
        // Most guards should hold, or few batches would ever reach their operations.
        var batch = Batch(stamp: stamp)
        for _ in 0..<guardCount {
            let shape = random.pick(random.pick(guards))
            batch.guards.append(use(shape, store, hit: shape.kind == VAIS_REQUIRE_ABSENT ? 8 : 1))
        }
        batch.operations = (0..<operationCount).map { _ in
            // An ADD that finds no record has nothing to add to.
            let shape = random.pick(random.pick(operations))
            return use(shape, store, hit: shape.kind == VAIS_ADD ? 1 : 2)
        }
        return batch
    }

    mutating func read(_ store: ReferenceStore) -> Use { use(random.pick(reads), store, hit: 2) }

    mutating func scan(_ store: ReferenceStore) -> Use { use(random.pick(scans), store, hit: 2) }

    /// Cells for `shape`; one time in `hit` all from a record that exists.
    private mutating func use(_ shape: Shape, _ store: ReferenceStore, hit: Int) -> Use {
        let collection = shape.collection
        let records = store.collections[collection.id]?.records ?? []
        let model = !records.isEmpty && random.once(in: hit) ? records[random.below(records.count)] : nil
        let key = collection.keyColumns(of: shape.index)
        switch shape.kind {
        case VAIS_SCAN, VAIS_COUNT, VAIS_REQUIRE_EMPTY, VAIS_REQUIRE_SOME:
            let order = collection.order(of: shape.index)
            var cells = order.prefix(shape.prefix).map { value(of: $0, collection, model) }
            for bound in [VAIS_SHAPE_LOWER, VAIS_SHAPE_UPPER] where shape.has(bound) {
                cells.append(value(of: order[shape.prefix], collection, nil))
            }
            return Use(shape, cells)
        case VAIS_INSERT, VAIS_UPSERT:
            let isNear = random.once(in: 2)
            return Use(
                shape,
                shape.columns.map { value(of: $0, collection, isNear && key.contains($0) ? model : nil) })
        case VAIS_UPDATE:
            return Use(
                shape,
                key.map { value(of: $0, collection, model) } + shape.columns.map { value(of: $0, collection, nil) })
        case VAIS_ADD:
            let amounts: [Datum] = [1, -1, 5, 0, .integer(.max), .integer(.min)]
            return Use(
                shape, key.map { value(of: $0, collection, model) } + shape.columns.map { _ in random.pick(amounts) })
        case VAIS_REQUIRE_VERSION:
            let isStale = random.once(in: 5)
            let stamp = isStale ? Int64(random.below(100)) : model?.stamp ?? 0
            return Use(shape, key.map { value(of: $0, collection, model) } + [.integer(stamp)])
        case VAIS_REQUIRE_EQUAL:
            let isOther = random.once(in: 5)
            return Use(
                shape,
                key.map { value(of: $0, collection, model) }
                    + shape.columns.map { value(of: $0, collection, isOther ? nil : model) })
        default:
            return Use(shape, key.map { value(of: $0, collection, model) })
        }
    }

    private mutating func value(of column: UInt32, _ collection: Collection, _ record: ReferenceRecord?) -> Datum {
        if let record { return record[column] }
        let isNullable = collection.columns.contains { $0.id == column && $0.isNullable }
        if isNullable && random.once(in: 3) { return .null }
        return random.pick(pools[collection.id]?[column] ?? [.null])
    }
}
