import CVais

// The engine: a list of records in no order, of which every question looks at all. It is here to be replaced: by the keys and ranges
// of an ordered store, or by SQL.

/// Never changes: a change puts another record in its place.
final class Record {
    /// Of the batch that last wrote it.
    let stamp: Int64
    /// One for each column of the table.
    let values: [Value]

    init(stamp: Int64, values: [Value]) {
        self.stamp = stamp
        self.values = values
    }

    /// The value of a shape's column.
    func value(_ slot: Int) -> Value { slot == versionSlot ? .integer(type: VAIS_I64, stamp) : values[slot] }

    /// Compares the columns `first` and on of the index with `other`: negative when the record comes first.
    func compare(_ index: Index, from first: Int = 0, _ other: ArraySlice<Value>) -> Int {
        var place = first
        for value in other {
            let order = values[index.slots[place]].compare(value)
            if order != 0 { return order }
            place += 1
        }
        return 0
    }

    func precedes(_ other: Record, _ index: Index) -> Bool {
        for slot in index.slots {
            let order = values[slot].compare(other.values[slot])
            if order != 0 { return order < 0 }
        }
        return false
    }
}

/// A collection. A copy shares the records until one of the two changes.
struct Table {
    let id: UInt32
    var columns: [Column] = []
    private(set) var indexes: [Index] = []
    var records: [Record] = []

    init(id: UInt32) { self.id = id }

    func slot(_ column: UInt32) -> Int? { columns.firstIndex { $0.id == column } }

    mutating func addIndex(
        _ id: UInt32, unique: Bool, _ columns: UnsafeBufferPointer<UInt32>, _ key: UnsafeBufferPointer<UInt32>
    ) throws(Failure) {
        var slots: [Int] = []
        for column in Array(columns) + Array(key) {
            guard let slot = slot(column) else {
                throw Failure(VAIS_INVALID, "an index names a column that does not exist")
            }
            if !slots.contains(slot) { slots.append(slot) }
        }
        indexes.append(Index(id: id, isUnique: unique, named: columns.count, slots: slots))
    }

    /// Where the record with this key of a unique index is.
    func find(_ index: Int, key: ArraySlice<Value>) -> Int? {
        records.firstIndex { $0.compare(indexes[index], key) == 0 }
    }

    /// Where the record is that has the same values, one a column, in the columns an index names.
    func twin(_ index: Int, of values: [Value]) -> Int? {
        var key: [Value] = []
        for slot in indexes[index].slots.prefix(indexes[index].named) { key.append(values[slot]) }
        return find(index, key: key[...])
    }

    /// The records of a range, in its order.
    func select(_ shape: Shape, _ cells: [Value]) -> [Record] {
        let index = indexes[shape.index]
        let descending = shape.has(VAIS_SHAPE_DESCENDING)
        var found = records.filter { isInRange($0, index, shape, cells) }
        found.sort { descending ? $1.precedes($0, index) : $0.precedes($1, index) }
        return found
    }

    private func isInRange(_ record: Record, _ index: Index, _ shape: Shape, _ cells: [Value]) -> Bool {
        guard record.compare(index, cells[..<shape.keyCount]) == 0 else { return false }
        var bounds = cells[shape.keyCount...]
        if shape.has(VAIS_SHAPE_LOWER) {
            let order = record.compare(index, from: shape.keyCount, bounds.prefix(1))
            bounds = bounds.dropFirst()
            if order < 0 || (order == 0 && shape.has(VAIS_SHAPE_LOWER_EXCLUSIVE)) { return false }
        }
        if shape.has(VAIS_SHAPE_UPPER) {
            let order = record.compare(index, from: shape.keyCount, bounds.prefix(1))
            if order > 0 || (order == 0 && shape.has(VAIS_SHAPE_UPPER_EXCLUSIVE)) { return false }
        }
        return true
    }
}
