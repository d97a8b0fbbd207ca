import CVaisPlugin

extension Declaration {
    /// Copies a schema from the other side of the border; throws VAIS_INVALID for one that breaks the rules of
    /// storage.h.
    init(_ schema: UnsafePointer<vais_schema>?) throws(Failure) {
        let schema = try known(schema, VAIS_SCHEMA_SIZE_1_0)
        version = schema.version
        var collections: [Collection] = []
        for raw in try elements(
            schema.collections, stride: schema.collection_stride, count: schema.collection_count,
            VAIS_COLLECTION_SIZE_1_0)
        {
            let collection = try Collection.reading(raw)
            if collections.contains(where: { $0.id == collection.id || $0.name == collection.name }) {
                throw Failure(VAIS_INVALID, "two collections have the id or the name of `" + collection.name + "`")
            }
            collections.append(collection)
        }
        self.collections = collections
    }
}

extension Collection {
    static func reading(_ raw: vais_collection) throws(Failure) -> Collection {
        let name = try declaredName(raw.name, "a collection")
        guard raw.id != 0 else { throw Failure(VAIS_INVALID, "collection `" + name + "` has no id") }
        let columns = try columns(raw, of: name)
        func named(_ ids: [UInt32], _ what: String) throws(Failure) -> [Column] {
            var found: [Column] = []
            for id in ids {
                var column: Column?
                for candidate in columns where candidate.id == id { column = candidate }
                guard let column, !column.isNullable, !found.contains(where: { $0.id == id }) else {
                    throw Failure(
                        VAIS_INVALID,
                        what + " of collection `" + name + "` names a column that is missing, nullable or named twice")
                }
                found.append(column)
            }
            if found.isEmpty { throw Failure(VAIS_INVALID, what + " of collection `" + name + "` has no columns") }
            return found
        }
        let key = try named(try identifiers(raw.key, count: raw.key_count), "the key")
        var indexes: [Index] = []
        for index in try elements(raw.indexes, stride: raw.index_stride, count: raw.index_count, VAIS_INDEX_SIZE_1_0) {
            let indexName = try declaredName(index.name, "an index of collection `" + name + "`")
            guard index.flags & ~VAIS_INDEX_UNIQUE == 0 else {
                throw Failure(VAIS_UNSUPPORTED, "index `" + indexName + "` has flags unknown here")
            }
            guard index.id != 0, !indexes.contains(where: { $0.id == index.id || $0.name == indexName }) else {
                throw Failure(VAIS_INVALID, "index `" + indexName + "` has no id or name of its own")
            }
            indexes.append(
                Index(
                    id: index.id, isUnique: index.flags & VAIS_INDEX_UNIQUE != 0,
                    columns: try named(
                        try identifiers(index.columns, count: index.column_count), "index `" + indexName + "`"),
                    name: indexName))
        }
        return Collection(id: raw.id, name: name, columns: columns, key: key, indexes: indexes)
    }

    private static func columns(_ raw: vais_collection, of collection: String) throws(Failure) -> [Column] {
        var columns: [Column] = []
        for column in try elements(
            raw.columns, stride: raw.column_stride, count: raw.column_count, VAIS_COLUMN_SIZE_1_0)
        {
            let name = try declaredName(column.name, "a column of collection `" + collection + "`")
            guard (VAIS_BOOL...VAIS_TIME).contains(column.type), column.flags & ~VAIS_COLUMN_NULLABLE == 0 else {
                throw Failure(VAIS_UNSUPPORTED, "column `" + name + "` has a type or flags unknown here")
            }
            guard column.id != 0, column.id != VAIS_COLUMN_VERSION,
                !columns.contains(where: { $0.id == column.id || $0.name == name })
            else {
                throw Failure(
                    VAIS_INVALID, "column `" + collection + "." + name + "` has no id or name of its own")
            }
            columns.append(
                Column(
                    id: column.id, type: column.type, isNullable: column.flags & VAIS_COLUMN_NULLABLE != 0, name: name))
        }
        return columns
    }
}

/// A name of `[a-z][a-z0-9_]*`, at most 48 bytes. It goes into SQL, so nothing else may pass.
func declaredName(_ span: vais_span, _ what: String) throws(Failure) -> String {
    let bytes = span.bytes
    var isValid = (1...48).contains(bytes.count)
    for (position, byte) in bytes.enumerated() {
        let isLetter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
        let isOther = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "_")
        if !isLetter && (position == 0 || !isOther) { isValid = false }
    }
    guard isValid else {
        throw Failure(VAIS_INVALID, what + " has no valid name (a-z, 0-9 and _, at most 48, a letter first)")
    }
    return span.text
}
