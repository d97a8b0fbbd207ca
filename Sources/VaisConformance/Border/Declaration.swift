internal import CVaisPlugin

/// A column of a test's schema.
struct Column: Hashable, Sendable {
    var id: UInt32
    var name: String
    var type: UInt32
    var isNullable = false

    init(_ id: UInt32, _ name: String, _ type: UInt32, nullable: Bool = false) {
        self.id = id
        self.name = name
        self.type = type
        isNullable = nullable
    }
}

struct Index: Hashable, Sendable {
    var id: UInt32
    var name: String
    var columns: [UInt32]
    var isUnique = false

    init(_ id: UInt32, _ name: String, on columns: [UInt32], unique: Bool = false) {
        self.id = id
        self.name = name
        self.columns = columns
        isUnique = unique
    }
}

struct Collection: Hashable, Sendable {
    var id: UInt32
    var name: String
    var key: [UInt32]
    var columns: [Column]
    var indexes: [Index] = []

    var columnIDs: [UInt32] { columns.map(\.id) }

    /// The columns that order an index: its own, then those of the key that are not among them.
    func order(of index: UInt32) -> [UInt32] {
        let own = indexes.first { $0.id == index }?.columns ?? []
        return own + key.filter { !own.contains($0) }
    }

    /// The columns whose values name one record: those of a unique index, or the primary key.
    func keyColumns(of index: UInt32) -> [UInt32] {
        index == 0 ? key : indexes.first { $0.id == index }?.columns ?? []
    }
}

struct Schema: Sendable {
    var version: UInt32 = 1
    var collections: [Collection]
}

extension Arena {
    func schema(_ schema: Schema) -> UnsafePointer<vais_schema>? {
        let collections = structs(schema.collections.map { collection($0) })
        return structs([
            vais_schema(
                struct_size: structSize(vais_schema.self), version: schema.version, collections: collections.first,
                collection_stride: collections.stride, collection_count: UInt32(schema.collections.count), reserved: 0)
        ]).first
    }

    private func collection(_ collection: Collection) -> vais_collection {
        let columns = structs(
            collection.columns.map { column in
                vais_column(
                    struct_size: structSize(vais_column.self), id: column.id, type: column.type,
                    flags: column.isNullable ? VAIS_COLUMN_NULLABLE : 0, name: span(column.name))
            })
        let indexes = structs(
            collection.indexes.map { index in
                vais_index(
                    struct_size: structSize(vais_index.self), id: index.id,
                    flags: index.isUnique ? VAIS_INDEX_UNIQUE : 0, column_count: UInt32(index.columns.count),
                    columns: array(index.columns), name: span(index.name))
            })
        return vais_collection(
            struct_size: structSize(vais_collection.self), id: collection.id, name: span(collection.name),
            columns: columns.first, column_stride: columns.stride, indexes: indexes.first,
            index_stride: indexes.stride, key: array(collection.key), column_count: UInt32(collection.columns.count),
            index_count: UInt32(collection.indexes.count), key_count: UInt32(collection.key.count), reserved: 0)
    }
}
