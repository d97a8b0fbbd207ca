internal import CVaisPlugin

/// What a store must do, in the plainest form: records in a list, every question answered by looking at all of them.
struct ReferenceStore {
    private(set) var collections: [UInt32: ReferenceCollection] = [:]

    /// How a commit must end.
    enum Outcome: Equatable {
        case committed
        /// None was changed; any one of these guards may be named.
        case guardFailed(Set<Int>)
        case operationFailed(Int, vais_status)
    }

    init(_ schema: Schema) {
        for collection in schema.collections {
            collections[collection.id] = ReferenceCollection(declaration: collection)
        }
    }

    private subscript(_ use: Use) -> ReferenceCollection {
        collections[use.shape.collection.id] ?? ReferenceCollection(declaration: use.shape.collection)
    }

    mutating func commit(_ batch: Batch) -> Outcome {
        let failing = batch.guards.indices.filter { !holds(batch.guards[$0]) }
        guard failing.isEmpty else { return .guardFailed(Set(failing)) }
        var changed = collections
        for (position, operation) in batch.operations.enumerated() {
            var collection = changed[operation.shape.collection.id] ?? self[operation]
            if let status = collection.apply(operation, stamp: batch.stamp) {
                return .operationFailed(position, status)
            }
            changed[operation.shape.collection.id] = collection
        }
        collections = changed
        return .committed
    }

    func get(_ use: Use) -> [Datum] {
        let collection = self[use]
        if use.shape.kind == VAIS_COUNT { return [.integer(Int64(collection.range(use).count))] }
        guard let record = collection.find(use) else { return use.shape.columns.map { _ in .absent } }
        return use.shape.columns.map { record[$0] }
    }

    func scan(_ use: Use) -> [[Datum]] {
        self[use].range(use).map { record in use.shape.columns.map { record[$0] } }
    }

    private func holds(_ use: Use) -> Bool {
        let collection = self[use]
        let keyCount = use.shape.collection.keyColumns(of: use.shape.index).count
        let values = use.cells.dropFirst(keyCount)
        switch use.shape.kind {
        case VAIS_REQUIRE_ABSENT: return collection.find(use) == nil
        case VAIS_REQUIRE_PRESENT: return collection.find(use) != nil
        case VAIS_REQUIRE_EMPTY: return collection.range(use).isEmpty
        case VAIS_REQUIRE_SOME: return !collection.range(use).isEmpty
        case VAIS_REQUIRE_VERSION: return collection.find(use).map { [.integer($0.stamp)] == Array(values) } ?? false
        default:
            return collection.find(use)?.matches(use.shape.columns, Array(values)) ?? false
        }
    }
}

struct ReferenceRecord: Equatable {
    var stamp: Int64
    /// By column id; the ids of a test's columns are small.
    private var values: [Datum]

    /// All of it null.
    init(_ collection: Collection, stamp: Int64) {
        self.stamp = stamp
        let last = collection.columns.map(\.id).max() ?? 0
        values = [Datum](repeating: .null, count: Int(last) + 1)
    }

    subscript(_ column: UInt32) -> Datum {
        get { column == VAIS_COLUMN_VERSION ? .integer(stamp) : values[Int(column)] }
        set { values[Int(column)] = newValue }
    }

    /// Whether these columns have these values; surplus values do not count.
    func matches(_ columns: [UInt32], _ other: [Datum]) -> Bool {
        var position = 0
        while position < columns.count, position < other.count {
            if self[columns[position]] != other[position] { return false }
            position += 1
        }
        return true
    }
}
