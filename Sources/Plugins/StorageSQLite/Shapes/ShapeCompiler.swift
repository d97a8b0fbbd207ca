import CVaisPlugin

/// Turns a declared shape into SQL. Names were checked when the schema was read; values are always parameters.
struct ShapeCompiler {
    let declaration: Declaration

    func compile(_ shape: vais_shape) throws(Failure) -> CompiledShape {
        guard let collection = declaration.collection(shape.collection) else {
            throw Failure(VAIS_INVALID, "the schema has no collection " + String(shape.collection))
        }
        var index: Index?
        if shape.index != 0 {
            index = collection.index(shape.index)
            if index == nil {
                throw Failure(
                    VAIS_INVALID, "collection `" + collection.name + "` has no index " + String(shape.index))
            }
        }
        let known: UInt32 =
            VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE | VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE
            | VAIS_SHAPE_DESCENDING
        guard shape.flags & ~known == 0 else { throw Failure(VAIS_UNSUPPORTED, "the shape has flags unknown here") }
        let columns = try columns(of: shape, in: collection)

        switch shape.kind {
        case VAIS_SCAN, VAIS_COUNT, VAIS_REQUIRE_EMPTY, VAIS_REQUIRE_SOME:
            guard shape.kind == VAIS_SCAN || shape.flags & VAIS_SHAPE_DESCENDING == 0 else {
                throw Failure(VAIS_INVALID, "only a scan has a direction")
            }
            let range = try Range(shape, collection, index)
            return compileRange(shape.kind, range, source(collection, index), columns)
        default:
            guard shape.flags == 0, shape.prefix_count == 0 else {
                throw Failure(VAIS_INVALID, "only shapes of a range have bounds")
            }
        }
        switch shape.kind {
        case VAIS_GET, VAIS_REQUIRE_ABSENT, VAIS_REQUIRE_PRESENT:
            if let index, !index.isUnique {
                throw Failure(VAIS_INVALID, "index `" + index.name + "` is not unique, so it names no single record")
            }
            let key = index?.columns ?? collection.key
            let reads = shape.kind == VAIS_GET ? columns : []
            return CompiledShape(
                kind: shape.kind, parameters: key, results: reads.map { $0.type },
                sql: "SELECT " + list(reads) + " FROM " + source(collection, index) + equal(key))
        default: break
        }
        guard shape.index == 0 else {
            throw Failure(VAIS_INVALID, "operations and guards on a record's contents name it by the primary key")
        }
        switch shape.kind {
        case VAIS_REQUIRE_VERSION:
            return compare(VAIS_REQUIRE_VERSION, collection, [.stamp])
        case VAIS_REQUIRE_EQUAL:
            return compare(VAIS_REQUIRE_EQUAL, collection, columns)
        case VAIS_INSERT, VAIS_UPSERT, VAIS_UPDATE, VAIS_ADD, VAIS_DELETE:
            return try compileOperation(shape.kind, collection, columns)
        default:
            throw Failure(VAIS_UNSUPPORTED, "the kind of the shape is unknown here")
        }
    }

    private func columns(of shape: vais_shape, in collection: Collection) throws(Failure) -> [Column] {
        var columns: [Column] = []
        for id in try identifiers(shape.columns, count: shape.column_count) {
            let isStamp = id == VAIS_COLUMN_VERSION
            guard let column = isStamp ? Column.stamp : collection.column(id) else {
                throw Failure(VAIS_INVALID, "collection `" + collection.name + "` has no column " + String(id))
            }
            if shape.kind >= VAIS_INSERT, shape.kind < VAIS_REQUIRE_ABSENT {
                guard !isStamp, !columns.contains(where: { $0.id == id }) else {
                    throw Failure(VAIS_INVALID, "column `" + column.name + "` cannot be written, or is named twice")
                }
            }
            columns.append(column)
        }
        return columns
    }

    // MARK: Reads and guards

    private func compileRange(_ kind: UInt32, _ range: Range, _ source: String, _ columns: [Column]) -> CompiledShape {
        switch kind {
        case VAIS_SCAN:
            let head = "SELECT " + list(columns) + " FROM " + source
            return CompiledShape(
                kind: kind, parameters: range.parameters, results: columns.map { $0.type },
                sql: head + range.condition + range.ordering,
                sqlBehindPosition: head + range.conditionBehindPosition + range.ordering, position: range.position)
        case VAIS_COUNT:
            return CompiledShape(
                kind: kind, parameters: range.parameters, results: [VAIS_I64],
                sql: "SELECT count(*) FROM " + source + range.condition)
        default:
            return CompiledShape(
                kind: kind, parameters: range.parameters, sql: "SELECT 1 FROM " + source + range.condition + " LIMIT 1")
        }
    }

    private func compare(_ kind: UInt32, _ collection: Collection, _ columns: [Column]) -> CompiledShape {
        var sql = "SELECT 1 FROM " + source(collection, nil) + equal(collection.key)
        // IS, because null equals null here.
        for (position, column) in columns.enumerated() {
            sql += " AND " + column.sql + " IS ?" + String(collection.key.count + position + 1)
        }
        // Anything may be compared with null; a column that is never null just differs from it.
        let values = columns.map { column in
            Column(id: column.id, type: column.type, isNullable: kind == VAIS_REQUIRE_EQUAL, name: column.name)
        }
        return CompiledShape(kind: kind, parameters: collection.key + values, sql: sql)
    }

    // MARK: Operations

    private func compileOperation(
        _ kind: UInt32, _ collection: Collection, _ columns: [Column]
    ) throws(Failure) -> CompiledShape {
        let others = columns.filter { !collection.isKey($0) }
        if kind == VAIS_INSERT || kind == VAIS_UPSERT {
            guard columns.count - others.count == collection.key.count else {
                throw Failure(VAIS_INVALID, "an insertion sets every column of the key")
            }
        } else if others.count != columns.count {
            throw Failure(VAIS_INVALID, "the key of a record never changes")
        }
        switch kind {
        case VAIS_INSERT:
            guard isComplete(columns, collection) else {
                throw Failure(VAIS_INVALID, "the insertion leaves out a column that is not nullable")
            }
            return insert(collection, columns)
        case VAIS_UPSERT: return upsert(collection, columns, others)
        case VAIS_DELETE:
            return CompiledShape(
                kind: kind, parameters: collection.key, sql: "DELETE FROM " + collection.table + equal(collection.key))
        case VAIS_ADD:
            guard !columns.isEmpty, columns.allSatisfy({ $0.type == VAIS_I64 && !$0.isNullable }) else {
                throw Failure(VAIS_INVALID, "only integers that are never null can be added to")
            }
            let sums = assignments(columns, after: collection.key.count) { $0.sql + " + " }
            return CompiledShape(
                kind: kind, parameters: collection.key + columns,
                sql: "UPDATE " + collection.table + " SET " + sums + equal(collection.key))
        default:
            return update(collection, columns)
        }
    }

    private func insert(_ collection: Collection, _ columns: [Column]) -> CompiledShape {
        CompiledShape(
            kind: VAIS_INSERT, parameters: columns, sql: insertion(collection, columns),
            stampParameter: columns.count + 1)
    }

    private func upsert(_ collection: Collection, _ columns: [Column], _ others: [Column]) -> CompiledShape {
        // SQLite would miss the columns left out before it finds that the record exists.
        guard isComplete(columns, collection) else { return updateOnly(collection, columns) }
        let changes = joined(others + [.stamp], ", ") { $0.sql + " = excluded." + $0.sql }
        return CompiledShape(
            kind: VAIS_UPSERT, parameters: columns,
            sql: insertion(collection, columns) + " ON CONFLICT (" + joined(collection.key, ", ") { $0.sql }
                + ") DO UPDATE SET " + changes,
            stampParameter: columns.count + 1)
    }

    /// An upsert that can only ever update, because it leaves out columns that must not be null.
    private func updateOnly(_ collection: Collection, _ columns: [Column]) -> CompiledShape {
        var changes = Column.stamp.sql + " = ?" + String(columns.count + 1)
        var conditions: [String] = []
        for (position, column) in columns.enumerated() {
            let equation = column.sql + " = ?" + String(position + 1)
            if collection.isKey(column) { conditions.append(equation) } else { changes += ", " + equation }
        }
        return CompiledShape(
            kind: VAIS_UPSERT, parameters: columns,
            sql: "UPDATE " + collection.table + " SET " + changes + Range.whereClause(conditions),
            stampParameter: columns.count + 1)
    }

    private func update(_ collection: Collection, _ columns: [Column]) -> CompiledShape {
        let stamp = collection.key.count + columns.count + 1
        var changes = assignments(columns, after: collection.key.count) { _ in "" }
        if !changes.isEmpty { changes += ", " }
        changes += Column.stamp.sql + " = ?" + String(stamp)
        return CompiledShape(
            kind: VAIS_UPDATE, parameters: collection.key + columns,
            sql: "UPDATE " + collection.table + " SET " + changes + equal(collection.key), stampParameter: stamp)
    }

    private func insertion(_ collection: Collection, _ columns: [Column]) -> String {
        let all = columns + [.stamp]
        var numbers: [Int] = []
        for position in 1...all.count { numbers.append(position) }
        return "INSERT INTO " + collection.table + " (" + joined(all, ", ") { $0.sql } + ") VALUES ("
            + joined(numbers, ", ") { "?" + String($0) } + ")"
    }

    // MARK: Parts

    /// Whether a record of just these columns has no null where none may be.
    private func isComplete(_ columns: [Column], _ collection: Collection) -> Bool {
        collection.columns.allSatisfy { column in column.isNullable || columns.contains { $0.id == column.id } }
    }

    /// "c" = ?n for each column, numbered behind `count` parameters, with `left` before the parameter.
    private func assignments(_ columns: [Column], after count: Int, _ left: (Column) -> String) -> String {
        var text = ""
        for (position, column) in columns.enumerated() {
            if position > 0 { text += ", " }
            text += column.sql + " = " + left(column) + "?" + String(count + position + 1)
        }
        return text
    }

    private func equal(_ key: [Column]) -> String {
        var conditions: [String] = []
        for (position, column) in key.enumerated() { conditions.append(column.sql + " = ?" + String(position + 1)) }
        return Range.whereClause(conditions)
    }

    private func list(_ columns: [Column]) -> String {
        columns.isEmpty ? "NULL" : joined(columns, ", ") { $0.sql }
    }

    /// The table, with the index the planner must use: a shape says how it is to be answered.
    private func source(_ collection: Collection, _ index: Index?) -> String {
        collection.table + " INDEXED BY " + (index.map { collection.sqlName(of: $0) } ?? collection.primaryIndex)
    }
}
