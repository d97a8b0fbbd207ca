internal import CVaisPlugin

/// Shapes over a collection with a composite key and an index whose values repeat.
struct PagedShapes {
    static let collection = Collection(
        id: 1, name: "items", key: [1, 2],
        columns: [
            Column(1, "shelf", VAIS_TEXT), Column(2, "number", VAIS_I64), Column(3, "class", VAIS_I64),
            Column(4, "label", VAIS_TEXT, nullable: true), Column(5, "data", VAIS_BYTES),
        ],
        indexes: [Index(1, "by_class", on: [3]), Index(2, "by_data", on: [5], unique: true)])

    var book = ShapeBook()
    let insert, delete, get, count: Shape
    /// Whole, by prefix, by every index, forwards and backwards.
    var scans: [Shape] = []

    init() {
        let items = Self.collection
        insert = book.use(VAIS_INSERT, items, items.columnIDs)
        delete = book.use(VAIS_DELETE, items)
        get = book.get(items, [4, 5, 3])
        count = book.count(items)
        for direction in [0, VAIS_SHAPE_DESCENDING] {
            for index: UInt32 in [0, 1, 2] {
                scans.append(book.add(.scan(items, by: index, flags: direction, [4, 5, 1, 2])))
            }
            scans.append(book.add(.scan(items, prefix: 1, flags: direction, [5, 1, 2])))
            scans.append(book.add(.scan(items, by: 1, prefix: 1, flags: direction, [4, 1, 2])))
            scans.append(
                book.add(.scan(items, by: 1, flags: direction | VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER, [4, 1, 2])))
        }
    }
}

/// A store filled with items, and a reference that keeps pace.
final class PagedList {
    let shapes = PagedShapes()
    let session: RawSession
    private(set) var reference: ReferenceStore
    private let bench: Bench
    private var stamp: Int64 = 0

    init(_ bench: Bench, count: Int) throws {
        self.bench = bench
        let schema = Schema(collections: [PagedShapes.collection])
        reference = ReferenceStore(schema)
        session = try bench.store(schema, shapes.book).session()
        commit((0..<count).map { insert($0, class: $0 % 4) })
    }

    /// The whole of a range: for a prefix the one that most items share.
    func use(_ shape: Shape) -> Use {
        if shape.has(VAIS_SHAPE_LOWER) { return shape(1, 2) }
        if shape.prefix == 0 { return shape() }
        return shape.index == 0 ? shape("shelf") : shape(1)
    }

    func key(_ number: Int) -> [Datum] {
        [number % 5 == 4 ? "other" : "shelf", .integer(Int64(number))]
    }

    func insert(_ number: Int, class: Int) -> Use {
        let label: Datum = number % 3 == 0 ? .null : .text(String(repeating: "é", count: number % 7))
        // Order by data is unlike order by number.
        let data: [UInt8] = [
            UInt8(truncatingIfNeeded: number &* 37), UInt8(truncatingIfNeeded: number >> 8),
            UInt8(truncatingIfNeeded: number),
        ]
        return shapes.insert(key(number) + [.integer(Int64(`class`)), label, .bytes(data)])
    }

    /// Deletes the item of a row that has shelf and number side by side as its third and second value from the columns asked for.
    func delete(_ row: [Datum]) -> Use {
        let place = row.indices.dropLast().first { position in
            guard case .text(let shelf) = row[position], case .integer = row[position + 1] else { return false }
            return shelf == Array("shelf".utf8) || shelf == Array("other".utf8)
        }
        return shapes.delete(place.map { [row[$0], row[$0 + 1]] } ?? ["nobody", 0])
    }

    func commit(_ operations: [Use]) {
        stamp += 1
        let batch = Batch(stamp: stamp, operations: operations)
        bench.expect(session.commit(batch), reference.commit(batch), "\(batch)")
    }
}
