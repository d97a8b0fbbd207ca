import CVaisPlugin

struct TestColumn {
    var id: UInt32
    var name: String
    var type: UInt32
    var isNullable = false
}

struct TestIndex {
    var id: UInt32
    var name: String
    var columns: [UInt32]
    var isUnique = false
}

struct TestCollection {
    var id: UInt32
    var name: String
    var key: [UInt32]
    var columns: [TestColumn]
    var indexes: [TestIndex] = []
}

struct TestShape {
    var kind: UInt32
    var collection: UInt32
    var index: UInt32 = 0
    var flags: UInt32 = 0
    var prefix: UInt32 = 0
    var columns: [UInt32] = []
}

/// A small registry: packages by name, with a unique number, and their releases.
struct TestSchema {
    var version: UInt32 = 1
    var collections: [TestCollection] = [packages, releases]

    static let packages = TestCollection(
        id: 1, name: "packages", key: [1],
        columns: [
            TestColumn(id: 1, name: "name", type: VAIS_TEXT),
            TestColumn(id: 2, name: "number", type: VAIS_I64),
            TestColumn(id: 3, name: "about", type: VAIS_TEXT, isNullable: true),
            TestColumn(id: 4, name: "downloads", type: VAIS_I64),
            // Words of SQL, to see them quoted.
            TestColumn(id: 5, name: "order", type: VAIS_F64, isNullable: true),
            TestColumn(id: 6, name: "group", type: VAIS_BYTES, isNullable: true),
        ],
        indexes: [
            TestIndex(id: 1, name: "by_number", columns: [2], isUnique: true),
            TestIndex(id: 2, name: "by_downloads", columns: [4]),
        ])

    static let releases = TestCollection(
        id: 2, name: "releases", key: [1, 2],
        columns: [
            TestColumn(id: 1, name: "package", type: VAIS_TEXT),
            TestColumn(id: 2, name: "version", type: VAIS_TEXT),
            TestColumn(id: 3, name: "published", type: VAIS_TIME),
            TestColumn(id: 4, name: "yanked", type: VAIS_BOOL),
        ],
        indexes: [TestIndex(id: 1, name: "by_time", columns: [1, 3])])

    /// The schema in C, lent as long as the arena lives.
    func lent(by arena: Arena) -> UnsafePointer<vais_schema> {
        let collections = self.collections.map { collection in
            let columns = collection.columns.map { column in
                vais_column(
                    struct_size: UInt32(MemoryLayout<vais_column>.size), id: column.id, type: column.type,
                    flags: column.isNullable ? VAIS_COLUMN_NULLABLE : 0, name: arena.span(column.name))
            }
            let indexes = collection.indexes.map { index in
                vais_index(
                    struct_size: UInt32(MemoryLayout<vais_index>.size), id: index.id,
                    flags: index.isUnique ? VAIS_INDEX_UNIQUE : 0, column_count: UInt32(index.columns.count),
                    columns: arena.array(index.columns), name: arena.span(index.name))
            }
            return vais_collection(
                struct_size: UInt32(MemoryLayout<vais_collection>.size), id: collection.id,
                name: arena.span(collection.name), columns: arena.array(columns),
                column_stride: UInt64(MemoryLayout<vais_column>.stride), indexes: arena.array(indexes),
                index_stride: UInt64(MemoryLayout<vais_index>.stride), key: arena.array(collection.key),
                column_count: UInt32(columns.count), index_count: UInt32(indexes.count),
                key_count: UInt32(collection.key.count), reserved: 0)
        }
        let schema = vais_schema(
            struct_size: UInt32(MemoryLayout<vais_schema>.size), version: version,
            collections: arena.array(collections), collection_stride: UInt64(MemoryLayout<vais_collection>.stride),
            collection_count: UInt32(collections.count), reserved: 0)
        return UnsafePointer(arena.array([schema]))
    }
}
