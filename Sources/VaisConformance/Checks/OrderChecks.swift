internal import CVaisPlugin

extension Check {
    static let order = [
        Check(.order, "keys of every type come in the order of their values, text and bytes by their bytes") { bench in
            for type in [VAIS_BOOL, VAIS_I64, VAIS_F64, VAIS_TEXT, VAIS_BYTES, VAIS_TIME] {
                try expectOrder(bench, [type])
            }
        },
        Check(.order, "composite keys compare column by column, whatever bytes the first one ends with") { bench in
            try expectOrder(bench, [VAIS_BYTES, VAIS_BYTES])
            try expectOrder(bench, [VAIS_TEXT, VAIS_TEXT])
            try expectOrder(bench, [VAIS_BYTES, VAIS_I64])
            try expectOrder(bench, [VAIS_TEXT, VAIS_BYTES, VAIS_BOOL])
        },
        Check(.order, "records of equal index columns come in the order of their keys") { bench in
            let collection = Collection(
                id: 1, name: "rows", key: [1],
                columns: [Column(1, "id", VAIS_TEXT), Column(2, "class", VAIS_TEXT)],
                indexes: [Index(1, "by_class", on: [2])])
            let rows = ValuePool.texts.map { [$0, Datum("same")] } + [["~", "other"], ["!", "tame"]]
            try expectOrder(bench, collection, rows)
        },
        Check(.order, "records that differ only in letter case, normal form or trailing bytes are different records") {
            bench in
            let twins: [(Datum, Datum)] = [
                ("a", "A"), ("é", "e\u{301}"), ("a", "a "), ("ß", "ss"), ("1", "01"), ("", " "),
                (.bytes([0x61]), .bytes([0x61, 0])), (.bytes([]), .bytes([0])), (.bytes([0x41]), .bytes([0x61])),
            ]
            for (left, right) in twins {
                let collection = keyed([left.abiType])
                var book = ShapeBook()
                let insert = book.use(VAIS_INSERT, collection, [1])
                let get = book.get(collection, [1])
                let absent = book.use(VAIS_REQUIRE_ABSENT, collection)
                let store = try bench.store(Schema(collections: [collection]), book)
                let session = try store.session()
                let first = Batch(stamp: 1, guards: [absent(left)], operations: [insert(left)])
                let second = Batch(stamp: 2, guards: [absent(right)], operations: [insert(right)])
                bench.expect(session.commit(first), VAIS_OK, "inserting \(left)")
                bench.expect(session.get([get(right)]), VAIS_OK, [[.absent]], "\(right), when only \(left) exists")
                bench.expect(session.commit(second), VAIS_OK, "inserting \(right) beside \(left)")
                bench.expect(session.get([get(left), get(right)]), VAIS_OK, [[left], [right]], "both")
            }
        },
    ]
}

/// A collection whose key columns have these types.
private func keyed(_ types: [UInt32]) -> Collection {
    let columns = types.enumerated().map { Column(UInt32($0 + 1), "column\($0)", $1) }
    return Collection(id: 1, name: "rows", key: columns.map(\.id), columns: columns)
}

private func expectOrder(_ bench: Bench, _ types: [UInt32]) throws {
    var random = bench.random(1)
    var rows: [[Datum]] = [[]]
    for type in types {
        // All values of a single column; of several some, so that the combinations stay a few hundred.
        let all = ValuePool.values(of: type).shuffled(using: &random)
        let most = types.count == 1 ? all.count : rows.count > 100 ? 2 : 13
        rows = rows.flatMap { row in all.prefix(most).map { row + [$0] } }
    }
    try expectOrder(bench, keyed(types), rows)
}

/// Inserts the rows in random order, then reads them back by every index, whole and by every kind of bound.
private func expectOrder(_ bench: Bench, _ collection: Collection, _ rows: [[Datum]]) throws {
    var random = bench.random()
    var book = ShapeBook()
    let insert = book.use(VAIS_INSERT, collection, collection.columnIDs)
    var ranges: [Shape] = []
    for index in [0] + collection.indexes.map(\.id) {
        for prefix in 0...collection.order(of: index).count {
            for bounds in allBounds where bounds == 0 || prefix < collection.order(of: index).count {
                for direction in [0, VAIS_SHAPE_DESCENDING] {
                    ranges.append(
                        book.scan(
                            collection, by: index, prefix: prefix, flags: bounds | direction, collection.columnIDs))
                }
                ranges.append(book.count(collection, by: index, prefix: prefix, flags: bounds))
            }
        }
    }
    let schema = Schema(collections: [collection])
    let store = try bench.store(schema, book)
    let session = try store.session()
    var reference = ReferenceStore(schema)
    let shuffled = rows.shuffled(using: &random)
    for start in stride(from: 0, to: shuffled.count, by: 500) {
        let batch = Batch(
            stamp: Int64(start), operations: shuffled[start..<min(start + 500, shuffled.count)].map { insert($0) })
        try bench.require(session.commit(batch), "inserting \(batch.operations.count) rows")
        _ = reference.commit(batch)
    }
    for shape in ranges {
        for _ in 0..<(shape.prefix == 0 && shape.flags & ~VAIS_SHAPE_DESCENDING == 0 ? 1 : 3) {
            let order = collection.order(of: shape.index)
            let row = random.pick(rows), other = random.pick(rows)
            let value = { (row: [Datum], position: Int) in row[Int(order[position]) - 1] }
            var cells = (0..<shape.prefix).map { value(row, $0) }
            if shape.has(VAIS_SHAPE_LOWER) { cells.append(value(row, shape.prefix)) }
            if shape.has(VAIS_SHAPE_UPPER) { cells.append(value(other, shape.prefix)) }
            let use = Use(shape, cells)
            if shape.kind == VAIS_COUNT {
                bench.expect(session.get([use]), VAIS_OK, [reference.get(use)], "\(use) by index \(shape.index)")
            } else {
                bench.expect(session.scan(use), VAIS_DONE, reference.scan(use), "\(use) by index \(shape.index)")
            }
        }
    }
}

private let allBounds: [UInt32] = [0, VAIS_SHAPE_LOWER, VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE].flatMap {
    lower in
    [0, VAIS_SHAPE_UPPER, VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE].map { lower | $0 }
}
