package import CVaisPlugin

package struct TestColumn {
    package var id: UInt32
    package var name: String
    package var type: UInt32
    package var isNullable: Bool

    package init(id: UInt32, name: String, type: UInt32, isNullable: Bool = false) {
        self.id = id
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}

package struct TestIndex {
    package var id: UInt32
    package var name: String
    package var columns: [UInt32]
    package var isUnique: Bool

    package init(id: UInt32, name: String, columns: [UInt32], isUnique: Bool = false) {
        self.id = id
        self.name = name
        self.columns = columns
        self.isUnique = isUnique
    }
}

package struct TestCollection {
    package var id: UInt32
    package var name: String
    package var key: [UInt32]
    package var columns: [TestColumn]
    package var indexes: [TestIndex]

    package init(id: UInt32, name: String, key: [UInt32], columns: [TestColumn], indexes: [TestIndex] = []) {
        self.id = id
        self.name = name
        self.key = key
        self.columns = columns
        self.indexes = indexes
    }
}

package struct TestShape {
    package var kind: UInt32
    package var collection: UInt32
    package var index: UInt32
    package var flags: UInt32
    package var prefix: UInt32
    package var columns: [UInt32]

    package init(
        kind: UInt32, collection: UInt32, index: UInt32 = 0, flags: UInt32 = 0, prefix: UInt32 = 0,
        columns: [UInt32] = []
    ) {
        self.kind = kind
        self.collection = collection
        self.index = index
        self.flags = flags
        self.prefix = prefix
        self.columns = columns
    }
}

/// A small registry: packages by name, with a unique number, and their releases.
package struct TestSchema {
    package var version: UInt32 = 1
    package var collections: [TestCollection] = [packages, releases]

    package init() {}

    package static let packages = TestCollection(
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

    package static let releases = TestCollection(
        id: 2, name: "releases", key: [1, 2],
        columns: [
            TestColumn(id: 1, name: "package", type: VAIS_TEXT),
            TestColumn(id: 2, name: "version", type: VAIS_TEXT),
            TestColumn(id: 3, name: "published", type: VAIS_TIME),
            TestColumn(id: 4, name: "yanked", type: VAIS_BOOL),
        ],
        indexes: [TestIndex(id: 1, name: "by_time", columns: [1, 3])])

    /// The schema in C, lent as long as the arena lives.
    package func lent(by arena: Arena) -> UnsafePointer<vais_schema> {
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
