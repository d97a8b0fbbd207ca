internal import CVaisPlugin

/// One declared query of a test; its number is its place in the book.
struct Shape: Hashable, Sendable {
    var number: UInt32 = 0
    var kind: UInt32
    var collection: Collection
    var index: UInt32 = 0
    var flags: UInt32 = 0
    var prefix: Int = 0
    var columns: [UInt32] = []

    func callAsFunction(_ cells: Datum...) -> Use { Use(self, cells) }
    func callAsFunction(_ cells: [Datum]) -> Use { Use(self, cells) }

    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

    /// Cells of each row it answers.
    var rowWidth: Int { kind == VAIS_COUNT ? 1 : columns.count }
}

/// A shape with the cells for one use of it.
struct Use: Sendable, CustomStringConvertible {
    var shape: Shape
    var cells: [Datum]
    /// The number to name in the call; differs from the shape's only in tests of what must be refused.
    var number: UInt32

    init(_ shape: Shape, _ cells: [Datum]) {
        self.shape = shape
        self.cells = cells
        number = shape.number
    }

    var description: String { "\(shapeName(shape.kind)) \(shape.collection.name) \(cells)" }
}

struct Batch: Sendable, CustomStringConvertible {
    var stamp: Int64
    var guards: [Use] = []
    var operations: [Use] = []
    var flags: UInt32 = 0

    var description: String { "guards \(guards) operations \(operations)" }
}

/// The shapes of a test in the order they are declared to the plugin.
struct ShapeBook: Sendable {
    private(set) var shapes: [Shape] = []

    mutating func add(_ shape: Shape) -> Shape {
        var shape = shape
        shape.number = UInt32(shapes.count)
        shapes.append(shape)
        return shape
    }

    mutating func get(_ collection: Collection, by index: UInt32 = 0, _ columns: [UInt32]) -> Shape {
        add(Shape(kind: VAIS_GET, collection: collection, index: index, columns: columns))
    }

    mutating func count(_ collection: Collection, by index: UInt32 = 0, prefix: Int = 0, flags: UInt32 = 0) -> Shape {
        add(Shape(kind: VAIS_COUNT, collection: collection, index: index, flags: flags, prefix: prefix))
    }

    mutating func scan(
        _ collection: Collection, by index: UInt32 = 0, prefix: Int = 0, flags: UInt32 = 0, _ columns: [UInt32]
    ) -> Shape {
        add(
            Shape(
                kind: VAIS_SCAN, collection: collection, index: index, flags: flags, prefix: prefix, columns: columns))
    }

    /// Any operation or guard: `kind` is VAIS_INSERT … VAIS_REQUIRE_SOME.
    mutating func use(
        _ kind: UInt32, _ collection: Collection, by index: UInt32 = 0, prefix: Int = 0, flags: UInt32 = 0,
        _ columns: [UInt32] = []
    ) -> Shape {
        add(
            Shape(kind: kind, collection: collection, index: index, flags: flags, prefix: prefix, columns: columns))
    }
}

extension Arena {
    func shapes(_ book: ShapeBook) -> (first: UnsafePointer<vais_shape>?, stride: UInt64) {
        structs(
            book.shapes.map { shape in
                vais_shape(
                    struct_size: structSize(vais_shape.self), kind: shape.kind, collection: shape.collection.id,
                    index: shape.index, flags: shape.flags, prefix_count: UInt32(shape.prefix),
                    column_count: UInt32(shape.columns.count), reserved: 0, columns: array(shape.columns))
            })
    }
}

func shapeName(_ kind: UInt32) -> String {
    switch kind {
    case VAIS_GET: "GET"
    case VAIS_SCAN: "SCAN"
    case VAIS_COUNT: "COUNT"
    case VAIS_INSERT: "INSERT"
    case VAIS_UPSERT: "UPSERT"
    case VAIS_UPDATE: "UPDATE"
    case VAIS_ADD: "ADD"
    case VAIS_DELETE: "DELETE"
    case VAIS_REQUIRE_ABSENT: "REQUIRE_ABSENT"
    case VAIS_REQUIRE_PRESENT: "REQUIRE_PRESENT"
    case VAIS_REQUIRE_VERSION: "REQUIRE_VERSION"
    case VAIS_REQUIRE_EQUAL: "REQUIRE_EQUAL"
    case VAIS_REQUIRE_EMPTY: "REQUIRE_EMPTY"
    case VAIS_REQUIRE_SOME: "REQUIRE_SOME"
    default: "shape kind \(kind)"
    }
}
