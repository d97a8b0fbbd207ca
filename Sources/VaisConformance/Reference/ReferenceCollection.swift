internal import CVaisPlugin

/// The records of one collection, in no order.
struct ReferenceCollection {
    let declaration: Collection
    var records: [ReferenceRecord] = []

    /// The record that the first cells of `use` name in the shape's index.
    func find(_ use: Use) -> ReferenceRecord? { position(use).map { records[$0] } }

    private func position(_ use: Use) -> Int? {
        let key = declaration.keyColumns(of: use.shape.index)
        return position(zip(key, use.cells).map { ($0, $1) })
    }

    private func position(_ values: [(column: UInt32, value: Datum)]) -> Int? {
        records.firstIndex { record in values.allSatisfy { record[$0.column] == $0.value } }
    }

    /// The records that the bounds of `use` cover, in the order of the shape's index.
    func range(_ use: Use) -> [ReferenceRecord] {
        let shape = use.shape
        let order = declaration.order(of: shape.index)
        var bounds = use.cells.dropFirst(shape.prefix).makeIterator()
        let lower = shape.has(VAIS_SHAPE_LOWER) ? bounds.next() : nil
        let upper = shape.has(VAIS_SHAPE_UPPER) ? bounds.next() : nil
        let covered = records.filter { record in
            guard zip(order, use.cells.prefix(shape.prefix)).allSatisfy({ record[$0] == $1 }) else { return false }
            if let lower {
                let value = record[order[shape.prefix]]
                if Datum.precedes(value, lower) { return false }
                if shape.has(VAIS_SHAPE_LOWER_EXCLUSIVE), !Datum.precedes(lower, value) { return false }
            }
            if let upper {
                let value = record[order[shape.prefix]]
                if Datum.precedes(upper, value) { return false }
                if shape.has(VAIS_SHAPE_UPPER_EXCLUSIVE), !Datum.precedes(value, upper) { return false }
            }
            return true
        }
        let sorted = covered.sorted { left, right in
            rowPrecedes(order.map { left[$0] }, order.map { right[$0] }, first: order.count)
        }
        return shape.has(VAIS_SHAPE_DESCENDING) ? sorted.reversed() : sorted
    }

    /// Applies one operation; nil when it succeeds, else why it does not.
    mutating func apply(_ use: Use, stamp: Int64) -> vais_status? {
        let columns = use.shape.columns
        let key = declaration.key
        switch use.shape.kind {
        case VAIS_INSERT, VAIS_UPSERT:
            let given = Dictionary(zip(columns, use.cells), uniquingKeysWith: { first, _ in first })
            let existing = position(key.map { ($0, given[$0] ?? .null) })
            if let existing, use.shape.kind == VAIS_UPSERT { return set(given, existing, stamp) }
            if existing != nil { return VAIS_EXISTS }
            return replace(nil, ReferenceRecord(stamp: stamp, values: given))
        case VAIS_UPDATE:
            guard let existing = position(use) else { return VAIS_NOT_FOUND }
            let given = zip(columns, use.cells.dropFirst(key.count))
            return set(Dictionary(given, uniquingKeysWith: { first, _ in first }), existing, stamp)
        case VAIS_ADD:
            guard let existing = position(use) else { return VAIS_NOT_FOUND }
            var record = records[existing]
            for (column, amount) in zip(columns, use.cells.dropFirst(key.count)) {
                let (sum, overflow) = (record[column].integer ?? 0).addingReportingOverflow(amount.integer ?? 0)
                if overflow { return VAIS_INVALID }
                record.values[column] = .integer(sum)
            }
            return replace(existing, record)
        default:
            if let existing = position(use) { records.remove(at: existing) }
            return nil
        }
    }

    private mutating func set(_ given: [UInt32: Datum], _ existing: Int, _ stamp: Int64) -> vais_status? {
        var record = records[existing]
        record.stamp = stamp
        record.values.merge(given) { _, new in new }
        return replace(existing, record)
    }

    private mutating func replace(_ existing: Int?, _ record: ReferenceRecord) -> vais_status? {
        for index in declaration.indexes where index.isUnique {
            let isTaken = records.indices.contains { other in
                other != existing && index.columns.allSatisfy { records[other][$0] == record[$0] }
            }
            if isTaken { return VAIS_EXISTS }
        }
        if let existing { records[existing] = record } else { records.append(record) }
        return nil
    }
}
