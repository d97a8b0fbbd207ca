import CVais

/// A batch at work: guards, then operations, all or nothing. An engine with transactions begins one, does the same, and commits it; this
/// one works on a copy of the tables (which shares what does not change), and the store takes it when all went well.
struct Commit {
    private(set) var tables: [Table]
    private let stamp: Int64

    init(_ tables: [Table], _ shapes: [Shape], _ batch: vais_batch, _ watch: Watch) throws(Failure) {
        self.tables = tables
        stamp = batch.stamp
        for (position, use) in borrowed(batch.guards, batch.guard_count).enumerated() {
            try watch.check()
            do throws(Failure) {
                let shape = try Self.shape(use, shapes)
                guard shape.isGuard else { throw Failure(VAIS_INVALID, "not a guard") }
                let table = tables[shape.table]
                guard Self.holds(shape, try shape.values(use, table), table) else {
                    throw Failure(VAIS_GUARD_FAILED, "the guard does not hold")
                }
            } catch { throw error.at(VAIS_AT_GUARD, position) }
        }
        for (position, use) in borrowed(batch.ops, batch.op_count).enumerated() {
            try watch.check()
            do throws(Failure) {
                let shape = try Self.shape(use, shapes)
                guard shape.isOperation else { throw Failure(VAIS_INVALID, "not an operation") }
                try apply(shape, try shape.values(use, tables[shape.table]))
            } catch { throw error.at(VAIS_AT_OP, position) }
        }
    }

    private static func shape(_ use: vais_use, _ shapes: [Shape]) throws(Failure) -> Shape {
        guard use.shape < shapes.count else { throw Failure(VAIS_INVALID, "no such shape") }
        return shapes[Int(use.shape)]
    }

    private static func holds(_ shape: Shape, _ cells: [Value], _ table: Table) -> Bool {
        if shape.isRange { return table.select(shape, cells).isEmpty == (shape.kind == VAIS_REQUIRE_EMPTY) }
        let place = table.find(shape.index, key: cells[..<shape.keyCount])
        guard let place, shape.kind != VAIS_REQUIRE_ABSENT else {
            return (place == nil) == (shape.kind == VAIS_REQUIRE_ABSENT)
        }
        let values = cells[shape.keyCount...]
        let slots = shape.kind == VAIS_REQUIRE_VERSION ? [versionSlot] : shape.slots
        for (slot, value) in zip(slots, values) where table.records[place].value(slot).compare(value) != 0 {
            return false
        }
        return true
    }

    private mutating func apply(_ shape: Shape, _ cells: [Value]) throws(Failure) {
        let table = tables[shape.table]
        let values = cells[shape.keyCount...]
        var draft = [Value](repeating: .null, count: table.columns.count)
        var old: Int?
        if shape.kind == VAIS_INSERT || shape.kind == VAIS_UPSERT {
            for (slot, value) in zip(shape.slots, values) { draft[slot] = value }
            if shape.kind == VAIS_UPSERT { old = table.twin(0, of: draft) }
        } else {
            old = table.find(shape.index, key: cells[..<shape.keyCount])
            if shape.kind == VAIS_DELETE {
                if let old { tables[shape.table].records.remove(at: old) }
                return
            }
            if old == nil { throw Failure(VAIS_NOT_FOUND, "there is no such record") }
        }
        if let old { draft = table.records[old].values }
        for (slot, value) in zip(shape.slots, values) {
            if shape.kind == VAIS_ADD, case .integer(let type, let sum) = draft[slot],
                case .integer(_, let amount) = value
            {
                let (total, overflow) = sum.addingReportingOverflow(amount)
                if overflow { throw Failure(VAIS_INVALID, "the sum is beyond 64 bits") }
                draft[slot] = .integer(type: type, total)
            } else {
                draft[slot] = value
            }
        }
        for (column, value) in zip(table.columns, draft) where value.type == VAIS_NULL && !column.isNullable {
            throw Failure(VAIS_INVALID, "a column that is not nullable has no value")
        }
        for index in table.indexes.indices where table.indexes[index].isUnique {
            if let twin = table.twin(index, of: draft), twin != old { throw Failure(VAIS_EXISTS, "it exists already") }
        }
        var stamp = stamp
        if shape.kind == VAIS_ADD, let old { stamp = table.records[old].stamp }
        let record = Record(stamp: stamp, values: draft)
        if let old { tables[shape.table].records[old] = record } else { tables[shape.table].records.append(record) }
    }
}
