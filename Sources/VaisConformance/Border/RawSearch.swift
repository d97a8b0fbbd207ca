internal import CVaisPlugin

/// One search index of a test.
struct SearchDeclaration {
    var id: UInt32
    var name: String
    var collection: Collection
    var columns: [UInt32]
    var weights: [Double]
}

/// Search on a store, by the C table of "vais.storage.search/1".
struct RawSearch {
    private let table: vais_storage_search
    private let store: RawStore

    init(_ store: RawStore) throws {
        guard let table = store.plugin.search else { throw Inapplicable("vais.storage.search/1 is not offered") }
        self.table = table
        self.store = store
    }

    func apply(_ schema: Schema, _ declarations: [SearchDeclaration], _ options: CallOptions = .plain) -> Answer {
        let arena = Arena()
        let raw = declarations.map { declaration in
            vais_search_index(
                struct_size: size(of: vais_search_index.self), id: declaration.id,
                collection: declaration.collection.id,
                column_count: UInt32(declaration.columns.count), columns: arena.array(declaration.columns),
                weights: arena.array(declaration.weights), name: arena.span(declaration.name))
        }
        return calling(options) {
            table.apply(
                store.handle, arena.schema(schema), arena.array(raw), UInt64(MemoryLayout<vais_search_index>.stride),
                UInt32(raw.count), $0)
        }
    }

    func query(
        _ session: RawSession, _ index: UInt32, _ terms: [String], offset: UInt64 = 0, limit: UInt32 = 100,
        cells: Int = RawSession.roomyCells, bytes: Int = RawSession.roomyBytes, _ options: CallOptions = .plain
    ) -> (read: ReadAnswer, total: UInt64) {
        let arena = Arena()
        var buffer = PageBuffer(cells: cells, bytes: bytes)
        var total: UInt64 = 0
        let spans = arena.array(terms.map { arena.span($0) })
        let answer = calling(options) {
            table.query(session.handle, index, spans, UInt32(terms.count), offset, limit, &buffer.page, &total, $0)
        }
        return (ReadAnswer(answer, buffer, widths: [2]), total)
    }
}
