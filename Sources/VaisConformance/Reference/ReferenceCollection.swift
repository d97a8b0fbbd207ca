internal import CVaisPlugin

/// The records of one collection, in no order.
struct ReferenceCollection {
    let declaration: Collection
    var records: [ReferenceRecord] = []

    /// The record that the first cells of `use` name in the shape's index.
    func find(_ use: Use) -> ReferenceRecord? { position(use).map { records[$0] } }

    private func position(_ use: Use) -> Int? {
        position(declaration.keyColumns(of: use.shape.index), use.cells)
    }

    private func position(_ columns: [UInt32], _ values: [Datum]) -> Int? {
        records.firstIndex { $0.matches(columns, values) }
    }

    /// The records that the bounds of `use` cover, in the order of the shape's index.
    func range(_ use: Use) -> [ReferenceRecord] {
        let shape = use.shape
        let order = declaration.order(of: shape.index)
        let prefix = Array(order.prefix(shape.prefix))
        var bounds = use.cells.dropFirst(shape.prefix).makeIterator()
        let lower = shape.has(VAIS_SHAPE_LOWER) ? bounds.next() : nil
        let upper = shape.has(VAIS_SHAPE_UPPER) ? bounds.next() : nil
        let covered = records.filter { record in
            guard record.matches(prefix, use.cells) else { return false }
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
            var record = ReferenceRecord(declaration, stamp: stamp)
            for (column, value) in zip(columns, use.cells) { record[column] = value }
            let existing = position(key, key.map { record[$0] })
            if let existing, use.shape.kind == VAIS_UPSERT { return set(columns, use.cells, existing, stamp) }
            return existing == nil ? replace(nil, record) : VAIS_EXISTS
        case VAIS_UPDATE:
            guard let existing = position(use) else { return VAIS_NOT_FOUND }
            return set(columns, Array(use.cells.dropFirst(key.count)), existing, stamp)
        case VAIS_ADD:
            guard let existing = position(use) else { return VAIS_NOT_FOUND }
            var record = records[existing]
            for (column, amount) in zip(columns, use.cells.dropFirst(key.count)) {
                let (sum, overflow) = (record[column].integer ?? 0).addingReportingOverflow(amount.integer ?? 0)
                if overflow { return VAIS_INVALID }
                record[column] = .integer(sum)
            }
            return replace(existing, record)
        default:
            if let existing = position(use) { records.remove(at: existing) }
            return nil
        }
    }

    private mutating func set(_ columns: [UInt32], _ values: [Datum], _ existing: Int, _ stamp: Int64) -> vais_status? {
        var record = records[existing]
        record.stamp = stamp
        for (column, value) in zip(columns, values) { record[column] = value }
        return replace(existing, record)
    }

    private mutating func replace(_ existing: Int?, _ record: ReferenceRecord) -> vais_status? {
        for index in declaration.indexes where index.isUnique {
            let other = position(index.columns, index.columns.map { record[$0] })
            if let other, other != existing { return VAIS_EXISTS }
        }
        if let existing { records[existing] = record } else { records.append(record) }
        return nil
    }
}
