internal import CVaisPlugin

/// A schema and its shapes in the plugin's form. Everything stays allocated as long as this object lives; a plugin borrows it for
/// the length of a call.
final class CSchema: @unchecked Sendable {
    let schema: UnsafeMutablePointer<vais_schema>
    let shapes: UnsafeMutablePointer<vais_shape>
    let shapeCount: Int
    let searches: UnsafeMutablePointer<vais_search_index>
    let searchCount: Int
    private var owned: [UnsafeMutableRawPointer] = []

    init(_ set: ShapeSet) {
        var owned: [UnsafeMutableRawPointer] = []
        func keep<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
            let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
            pointer.initialize(from: values, count: values.count)
            owned.append(UnsafeMutableRawPointer(pointer))
            return pointer
        }
        func span(_ text: String) -> vais_span {
            let bytes = Array(text.utf8)
            return vais_span(data: keep(bytes), size: UInt64(bytes.count))
        }
        func ids(_ columns: [Column]) -> UnsafePointer<UInt32> { UnsafePointer(keep(columns.map(\.id))) }
        func column(_ column: Column) -> vais_column {
            vais_column(
                struct_size: size(vais_column.self), id: column.id, type: column.kind.rawValue,
                flags: column.isOptional ? VAIS_COLUMN_NULLABLE : 0, name: span(column.name))
        }
        func index(_ index: Index) -> vais_index {
            vais_index(
                struct_size: size(vais_index.self), id: index.id, flags: index.isUnique ? VAIS_INDEX_UNIQUE : 0,
                column_count: UInt32(index.columns.count), columns: ids(index.columns), name: span(index.name))
        }
        let collections = set.schema.collections.map { collection in
            vais_collection(
                struct_size: size(vais_collection.self), id: collection.id, name: span(collection.name),
                columns: keep(collection.columns.map(column)), column_stride: UInt64(MemoryLayout<vais_column>.stride),
                indexes: keep(collection.indexes.map(index)), index_stride: UInt64(MemoryLayout<vais_index>.stride),
                key: ids(collection.key), column_count: UInt32(collection.columns.count),
                index_count: UInt32(collection.indexes.count), key_count: UInt32(collection.key.count), reserved: 0)
        }
        schema = keep([
            vais_schema(
                struct_size: size(vais_schema.self), version: set.schema.version, collections: keep(collections),
                collection_stride: UInt64(MemoryLayout<vais_collection>.stride),
                collection_count: UInt32(collections.count), reserved: 0)
        ])
        shapes = keep(
            set.shapes.map { shape in
                vais_shape(
                    struct_size: size(vais_shape.self), kind: shape.kind.rawValue, collection: shape.collection.id,
                    index: shape.index?.id ?? 0, flags: shape.flags, prefix_count: UInt32(shape.bounds.prefix),
                    column_count: UInt32(shape.columns.count), reserved: 0, columns: ids(shape.columns))
            })
        shapeCount = set.shapes.count
        searches = keep(
            set.schema.searches.map { search in
                vais_search_index(
                    struct_size: size(vais_search_index.self), id: search.id, collection: search.collection.id,
                    column_count: UInt32(search.fields.count), columns: ids(search.fields.map(\.column)),
                    weights: keep(search.fields.map(\.weight)), name: span(search.name))
            })
        searchCount = set.schema.searches.count
        self.owned = owned
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
    }
}

/// The size of a C struct as `struct_size` wants it.
func size<T>(_ type: T.Type) -> UInt32 { UInt32(MemoryLayout<T>.size) }

extension Shape {
    fileprivate var flags: UInt32 {
        var flags: UInt32 = descending ? VAIS_SHAPE_DESCENDING : 0
        switch bounds.lower {
        case .none: break
        case .inclusive: flags |= VAIS_SHAPE_LOWER
        case .exclusive: flags |= VAIS_SHAPE_LOWER | VAIS_SHAPE_LOWER_EXCLUSIVE
        }
        switch bounds.upper {
        case .none: break
        case .inclusive: flags |= VAIS_SHAPE_UPPER
        case .exclusive: flags |= VAIS_SHAPE_UPPER | VAIS_SHAPE_UPPER_EXCLUSIVE
        }
        return flags
    }
}
