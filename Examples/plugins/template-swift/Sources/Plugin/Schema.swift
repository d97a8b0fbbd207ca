import CVais

struct Column {
    let id: UInt32
    let type: UInt32
    let flags: UInt32
    var isNullable: Bool { flags & VAIS_COLUMN_NULLABLE != 0 }
}

/// One order of a table's records.
struct Index {
    /// 0: the primary key, which is the first of its table.
    let id: UInt32
    let isUnique: Bool
    /// How many columns its declaration names.
    let named: Int
    /// Those, as places among the table's columns, then the key's that are not among them: no two records are equal in all.
    let slots: [Int]
}

/// schema_plan and schema_apply: both make the tables that would be, and `apply` then takes them. Here a schema lives as long as the
/// store; yours would keep it with the data.
struct SchemaMerge {
    private(set) var tables: [Table]
    /// A line for each addition.
    private(set) var plan: [UInt8] = []

    init(_ tables: [Table], _ schema: vais_schema) throws(Failure) {
        self.tables = tables
        for declared in Strided(schema.collections, schema.collection_stride, schema.collection_count) {
            let place: Int
            if let known = tables.firstIndex(where: { $0.id == declared.pointee.id }) {
                place = known
            } else {
                tell("add collection ", declared.pointee.name)
                place = self.tables.count
                self.tables.append(Table(id: declared.pointee.id))
            }
            var table = self.tables[place]
            try merge(declared.pointee, into: &table)
            self.tables[place] = table
        }
    }

    private mutating func tell(_ what: StaticString, _ name: vais_span) {
        plan += [UInt8](what) + [UInt8](name) + [UInt8]("\n" as StaticString)
    }

    private mutating func merge(_ declared: vais_collection, into table: inout Table) throws(Failure) {
        for column in Strided(declared.columns, declared.column_stride, declared.column_count) {
            let name = column.pointee.name
            let column = Column(id: column.pointee.id, type: column.pointee.type, flags: column.pointee.flags)
            guard column.flags & ~VAIS_COLUMN_NULLABLE == 0 else {
                throw Failure(VAIS_UNSUPPORTED, "a column has unknown flags")
            }
            if let slot = table.slot(column.id) {
                guard table.columns[slot].type == column.type && table.columns[slot].flags == column.flags else {
                    throw Failure(VAIS_SCHEMA, "a column exists with another type")
                }
            } else {
                tell("add column ", name)
                table.columns.append(column)
            }
        }
        let key = borrowed(declared.key, declared.key_count)
        if table.indexes.isEmpty { try table.addIndex(0, unique: true, key, key) }
        for index in Strided(declared.indexes, declared.index_stride, declared.index_count) {
            let index = index.pointee
            guard index.flags & ~VAIS_INDEX_UNIQUE == 0 else {
                throw Failure(VAIS_UNSUPPORTED, "an index has unknown flags")
            }
            if table.indexes.contains(where: { $0.id == index.id }) { continue }
            tell("add index ", index.name)
            let columns = borrowed(index.columns, index.column_count)
            try table.addIndex(index.id, unique: index.flags & VAIS_INDEX_UNIQUE != 0, columns, key)
        }
    }
}
