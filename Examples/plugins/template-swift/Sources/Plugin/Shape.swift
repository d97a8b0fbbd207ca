import CVais

/// Among a shape's slots: the record's stamp.
let versionSlot = Int.max

/// A query the host declared, checked and resolved once. A SQL engine would hold a prepared statement here.
struct Shape {
    let kind: UInt32
    let flags: UInt32
    /// Places of the table in the store, and of the index in the table.
    let table: Int
    let index: Int
    /// The columns to answer, set, add to or compare.
    let slots: [Int]
    /// How many cells of a use are a key; of a range, its prefix.
    private(set) var keyCount = 0
    /// Which column each cell of a use is a value of.
    private(set) var cellSlots: [Int] = []

    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }
    var isOperation: Bool { (VAIS_INSERT...VAIS_DELETE).contains(kind) }
    var isGuard: Bool { (VAIS_REQUIRE_ABSENT...VAIS_REQUIRE_SOME).contains(kind) }
    var isRange: Bool {
        kind == VAIS_SCAN || kind == VAIS_COUNT || kind == VAIS_REQUIRE_EMPTY || kind == VAIS_REQUIRE_SOME
    }
    private var inserts: Bool { kind == VAIS_INSERT || kind == VAIS_UPSERT }
    private var findsByKey: Bool {
        kind == VAIS_GET || kind == VAIS_REQUIRE_ABSENT || kind == VAIS_REQUIRE_PRESENT
    }

    init(_ declared: vais_shape, _ tables: [Table]) throws(Failure) {
        kind = declared.kind
        flags = declared.flags
        guard let table = tables.firstIndex(where: { $0.id == declared.collection }) else {
            throw Failure(VAIS_INVALID, "no such collection")
        }
        guard let index = tables[table].indexes.firstIndex(where: { $0.id == declared.index }) else {
            throw Failure(VAIS_INVALID, "no such index")
        }
        self.table = table
        self.index = index
        var slots: [Int] = []
        for column in borrowed(declared.columns, declared.column_count) {
            guard let slot = column == VAIS_COLUMN_VERSION ? versionSlot : tables[table].slot(column) else {
                throw Failure(VAIS_INVALID, "no such column")
            }
            slots.append(slot)
        }
        self.slots = slots
        guard (VAIS_GET...VAIS_COUNT).contains(kind) || isOperation || isGuard, flags & ~31 == 0 else {
            throw Failure(VAIS_UNSUPPORTED, "an unknown kind of shape, or unknown flags")
        }
        guard index == 0 || isRange || (findsByKey && tables[table].indexes[index].isUnique) else {
            throw Failure(VAIS_INVALID, "it needs the primary key, or a unique index")
        }
        try checkColumns(tables[table])
        try layOutCells(tables[table].indexes[index], prefix: Int(declared.prefix_count))
    }

    private func checkColumns(_ table: Table) throws(Failure) {
        var keys = 0
        for slot in table.indexes[0].slots where slots.contains(slot) { keys += 1 }
        if inserts && keys != table.indexes[0].slots.count {
            throw Failure(VAIS_INVALID, "it leaves out a column of the key")
        }
        if kind == VAIS_UPDATE || kind == VAIS_ADD, keys > 0 { throw Failure(VAIS_INVALID, "it changes the key") }
        if kind == VAIS_ADD, slots.contains(where: { $0 == versionSlot || table.columns[$0].type != VAIS_I64 }) {
            throw Failure(VAIS_INVALID, "it adds to what is no integer")
        }
    }

    private mutating func layOutCells(_ index: Index, prefix: Int) throws(Failure) {
        if isRange {
            let bounds = (has(VAIS_SHAPE_LOWER) ? 1 : 0) + (has(VAIS_SHAPE_UPPER) ? 1 : 0)
            if (has(VAIS_SHAPE_LOWER_EXCLUSIVE) && !has(VAIS_SHAPE_LOWER))
                || (has(VAIS_SHAPE_UPPER_EXCLUSIVE) && !has(VAIS_SHAPE_UPPER))
            {
                throw Failure(VAIS_INVALID, "it has no bound to exclude")
            }
            guard prefix <= index.slots.count else {
                throw Failure(VAIS_INVALID, "its prefix is longer than the index")
            }
            guard bounds == 0 || prefix < index.slots.count else {
                throw Failure(VAIS_INVALID, "it has a bound behind the last column")
            }
            keyCount = prefix
            cellSlots = Array(index.slots[..<prefix])
            for _ in 0..<bounds { cellSlots.append(index.slots[prefix]) }
            return
        }
        keyCount = inserts ? 0 : index.named
        cellSlots = Array(index.slots[..<keyCount])
        if inserts || kind == VAIS_UPDATE || kind == VAIS_ADD || kind == VAIS_REQUIRE_EQUAL { cellSlots += slots }
        if kind == VAIS_REQUIRE_VERSION { cellSlots.append(versionSlot) }
    }

    /// The cells of a use, if they are what the shape takes.
    func values(_ use: vais_use, _ table: Table) throws(Failure) -> [Value] {
        guard Int(use.cell_count) == cellSlots.count else {
            throw Failure(VAIS_INVALID, "another number of cells than declared")
        }
        var values: [Value] = []
        for cell in borrowed(use.cells, use.cell_count) {
            let slot = cellSlots[values.count]
            let column = slot == versionSlot ? nil : table.columns[slot]
            let mayBeNull =
                values.count >= keyCount && column != nil && (column?.isNullable == true || kind == VAIS_REQUIRE_EQUAL)
            guard cell.type == (column?.type ?? VAIS_I64) || (cell.type == VAIS_NULL && mayBeNull) else {
                throw Failure(VAIS_INVALID, "a cell of another type than declared")
            }
            values.append(Value(cell))
        }
        return values
    }
}
