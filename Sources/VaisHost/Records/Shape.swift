/// The shapes of every query a host will make, declared once so that a store can prepare them.
///
///     var shapes = ShapeSet(schema)
///     let userByName = shapes.get(users, columns: [id, name])       // once, at start
///     let row = try await store.get([userByName(.text("ann"))])     // each time: a number and cells
package struct ShapeSet: Sendable {
    package let schema: Schema
    package internal(set) var shapes: [Shape] = []

    package init(_ schema: Schema) { self.schema = schema }
}

/// One declared shape; its number is its place in the set.
package struct Shape: Sendable {
    /// The values are those of the plugin ABI.
    package enum Kind: UInt32, Sendable {
        case get = 1, scan, count
        case insert = 16, upsert, update, add, delete
        case requireAbsent = 32, requirePresent, requireVersion, requireEqual, requireEmpty, requireSome
    }

    package var kind: Kind
    package var collection: Collection
    package var index: Index?
    package var columns: [Column]
    package var bounds = Bounds()
    package var descending = false
    /// Of a scan: how many of `columns` the caller asked for; those behind them tell the row's position.
    package var visibleColumns: Int

    /// How many cells a use of this shape must bring.
    package var cellCount: Int {
        let key = index?.columns.count ?? collection.key.count
        switch kind {
        case .get, .delete, .requireAbsent, .requirePresent: return key
        case .scan, .count, .requireEmpty, .requireSome: return bounds.cellCount
        case .insert, .upsert: return columns.count
        case .update, .add, .requireEqual: return key + columns.count
        case .requireVersion: return key + 1
        }
    }
}

/// Which part of an index a range covers: values its first columns equal, then limits on the next column.
package struct Bounds: Sendable {
    package enum Limit: Sendable { case none, inclusive, exclusive }

    package var prefix = 0
    package var lower = Limit.none
    package var upper = Limit.none

    package init(prefix: Int = 0, lower: Limit = .none, upper: Limit = .none) {
        self.prefix = prefix
        self.lower = lower
        self.upper = upper
    }

    var cellCount: Int { prefix + (lower == .none ? 0 : 1) + (upper == .none ? 0 : 1) }
}

package struct ReadShape: Sendable {
    package let number: Int
    package func callAsFunction(_ cells: Value...) -> Use { Use(shape: number, cells: cells) }
}

package struct ScanShape: Sendable {
    package let number: Int
    package func callAsFunction(_ cells: Value...) -> Use { Use(shape: number, cells: cells) }
}

package struct OperationShape: Sendable {
    package let number: Int
    package func callAsFunction(_ cells: Value...) -> Use { Use(shape: number, cells: cells) }
    package func callAsFunction(_ cells: [Value]) -> Use { Use(shape: number, cells: cells) }
}

package struct GuardShape: Sendable {
    package let number: Int
    package func callAsFunction(_ cells: Value...) -> Use { Use(shape: number, cells: cells) }
}

/// A shape with the values for one use of it.
package struct Use: Sendable {
    package var shape: Int
    package var cells: [Value]
}

extension ShapeSet {
    /// One record by its primary key, or by a unique index. Cells: the key.
    package mutating func get(_ collection: Collection, by index: Index? = nil, columns: [Column]) -> ReadShape {
        ReadShape(number: declare(.get, collection, index, columns))
    }

    /// How many records a range has. Cells: the bounds.
    package mutating func count(_ collection: Collection, by index: Index? = nil, _ bounds: Bounds = Bounds())
        -> ReadShape
    {
        ReadShape(number: declare(.count, collection, index, [], bounds))
    }

    /// The records of a range in index order. Cells: the bounds.
    package mutating func scan(
        _ collection: Collection, by index: Index? = nil, _ bounds: Bounds = Bounds(), descending: Bool = false,
        columns: [Column]
    ) -> ScanShape {
        // The position of a row is read along with it, so that the next page can begin behind it.
        let order = Self.order(of: collection, index).dropFirst(bounds.prefix)
        let number = declare(.scan, collection, index, columns + order, bounds)
        shapes[number].descending = descending
        shapes[number].visibleColumns = columns.count
        return ScanShape(number: number)
    }

    /// Cells: `columns`, the key's among them.
    package mutating func insert(_ collection: Collection, columns: [Column]) -> OperationShape {
        OperationShape(number: declare(.insert, collection, nil, columns))
    }

    /// Inserts, or sets `columns` of the record that exists. Cells: `columns`, the key's among them.
    package mutating func upsert(_ collection: Collection, columns: [Column]) -> OperationShape {
        OperationShape(number: declare(.upsert, collection, nil, columns))
    }

    /// Cells: the key, then `columns`. Fails with `.notFound` when there is no such record.
    package mutating func update(_ collection: Collection, columns: [Column]) -> OperationShape {
        OperationShape(number: declare(.update, collection, nil, columns))
    }

    /// Cells: the key, then an amount for each of `columns`. Leaves the record's stamp alone.
    package mutating func add(_ collection: Collection, columns: [Column]) -> OperationShape {
        OperationShape(number: declare(.add, collection, nil, columns))
    }

    /// Cells: the key. Deleting what does not exist is no error.
    package mutating func delete(_ collection: Collection) -> OperationShape {
        OperationShape(number: declare(.delete, collection, nil, []))
    }

    /// Holds if no record has this key. Cells: the key.
    package mutating func requireAbsent(_ collection: Collection, by index: Index? = nil) -> GuardShape {
        GuardShape(number: declare(.requireAbsent, collection, index, []))
    }

    /// Holds if a record has this key. Cells: the key.
    package mutating func requirePresent(_ collection: Collection, by index: Index? = nil) -> GuardShape {
        GuardShape(number: declare(.requirePresent, collection, index, []))
    }

    /// Holds if the record exists and no batch wrote it since it was read with this stamp. Cells: the key, the stamp.
    package mutating func requireVersion(_ collection: Collection) -> GuardShape {
        GuardShape(number: declare(.requireVersion, collection, nil, []))
    }

    /// Holds if the record exists and `columns` have these values. Cells: the key, then `columns`.
    package mutating func requireEqual(_ collection: Collection, columns: [Column]) -> GuardShape {
        GuardShape(number: declare(.requireEqual, collection, nil, columns))
    }

    /// Holds if the range has no record. Cells: the bounds.
    package mutating func requireEmpty(_ collection: Collection, by index: Index? = nil, _ bounds: Bounds) -> GuardShape
    {
        GuardShape(number: declare(.requireEmpty, collection, index, [], bounds))
    }

    /// Holds if the range has a record. Cells: the bounds.
    package mutating func requireSome(_ collection: Collection, by index: Index? = nil, _ bounds: Bounds) -> GuardShape
    {
        GuardShape(number: declare(.requireSome, collection, index, [], bounds))
    }

    /// The columns that order an index: its own, then those of the key that are not among them.
    static func order(of collection: Collection, _ index: Index?) -> [Column] {
        let own = index?.columns ?? []
        return own + collection.key.filter { !own.contains($0) }
    }

    private mutating func declare(
        _ kind: Shape.Kind, _ collection: Collection, _ index: Index?, _ columns: [Column], _ bounds: Bounds = Bounds()
    ) -> Int {
        shapes.append(
            Shape(
                kind: kind, collection: collection, index: index, columns: columns, bounds: bounds,
                visibleColumns: columns.count))
        return shapes.count - 1
    }
}
