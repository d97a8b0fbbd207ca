internal import CVaisPlugin

/// One session of a storage plugin with the buffers its calls use. Belongs to one thread. Opened when first needed, and again
/// after the backend was lost.
final class PluginSession {
    private let store: PluginStore
    private var session: OpaquePointer?
    private var arena = CellArena()
    private var page = PageBuffer()
    private let call: PluginCall

    init(_ store: PluginStore) {
        self.store = store
        call = PluginCall(store.gate)
    }

    func close() {
        if let session { store.gate.run { store.table.session_close(session) } }
        session = nil
    }

    func health() throws(StorageError) {
        try call.run("cannot reach the store", timeout: .seconds(5)) { store.table.health(store.handle, $0) }
    }

    func get(_ uses: [Use]) throws(StorageError) -> [Row?] {
        let session = try open()
        arena.reset(for: [uses])
        let cells = arena.add(uses)
        let store = self.store
        return try watching { () throws(StorageError) in
            try page.fill { page throws(StorageError) in
                try call.run("cannot read", accepted: [VAIS_LIMIT]) {
                    store.table.get_many(session, cells, UInt32(uses.count), page, $0)
                }
            } read: { _, reader throws(StorageError) in
                guard reader.rowCount == uses.count else {
                    throw StorageError(.failed, "the storage plugin answered \(reader.rowCount) of \(uses.count) reads")
                }
                var rows: [Row?] = []
                rows.reserveCapacity(uses.count)
                var start = 0
                for use in uses {
                    let shape = store.shapes.shapes[use.shape]
                    let width = shape.kind == .count ? 1 : shape.columns.count
                    rows.append(try reader.values(from: start, count: width).map(Row.init))
                    start += width
                }
                return rows
            }
        }
    }

    func scan(_ use: Use, after: Position?, limit: Int) throws(StorageError) -> Page {
        let session = try open()
        let extra = after?.values ?? []
        arena.reset(for: [[use]], extra: extra)
        let cells = arena.add([use])
        let position = after == nil ? nil : arena.add(extra)
        let store = self.store
        let shape = store.shapes.shapes[use.shape]
        return try watching { () throws(StorageError) in
            try page.fill { page throws(StorageError) in
                try call.run("cannot read", accepted: [VAIS_LIMIT, VAIS_DONE]) {
                    store.table.scan(session, cells, position, UInt32(extra.count), UInt32(clamping: limit), page, $0)
                }
            } read: { status, reader throws(StorageError) in
                var result = Page(rows: [], positions: [], next: nil)
                let width = shape.columns.count
                for number in 0..<reader.rowCount {
                    guard var values = try reader.values(from: number * width, count: width) else { continue }
                    result.positions.append(Position(Array(values[shape.visibleColumns...])))
                    values.removeLast(width - shape.visibleColumns)
                    result.rows.append(Row(values))
                }
                if status != VAIS_DONE, let last = result.positions.last { result.next = last }
                return result
            }
        }
    }

    /// Commits one batch with its stamp.
    func commit(_ batch: Batch, stamp: Int64) throws(StorageError) {
        let session = try open()
        arena.reset(for: [batch.guards, batch.operations])
        var native = self.native(batch, stamp)
        let store = self.store
        try watching { () throws(StorageError) in
            try withUnsafePointer(to: &native) { pointer throws(StorageError) in
                _ = try call.run("cannot store the change") { store.table.commit(session, pointer, $0) }
            }
        }
    }

    /// Commits independent batches with one durable write; an error for each that failed. What is thrown concerns all of them.
    func commitMany(_ batches: [(batch: Batch, stamp: Int64)]) throws(StorageError) -> [StorageError?] {
        guard let commitMany = store.table.commit_many, batches.count > 1 else {
            return batches.map { entry in
                do throws(StorageError) {
                    try commit(entry.batch, stamp: entry.stamp)
                    return nil
                } catch {
                    return error
                }
            }
        }
        let session = try open()
        arena.reset(for: batches.flatMap { [$0.batch.guards, $0.batch.operations] })
        var native: [vais_batch] = []
        for entry in batches { native.append(self.native(entry.batch, entry.stamp)) }
        var outcomes = [vais_outcome](repeating: vais_outcome(), count: batches.count)
        try watching { () throws(StorageError) in
            _ = try call.run("cannot store the changes") { call in
                commitMany(
                    session, &native, UInt64(MemoryLayout<vais_batch>.stride), UInt32(native.count), &outcomes, call)
            }
        }
        return outcomes.map { outcome in
            guard outcome.status != VAIS_OK else { return nil }
            let (code, reason) = StorageError.meaning(of: outcome.status)
            return StorageError(
                code, "cannot store the change: \(reason)", place: StorageError.place(outcome.place, outcome.position))
        }
    }

    func search(_ declaration: UInt32, terms: [String], offset: Int, limit: Int) throws(StorageError) -> SearchHits {
        guard let query = store.search?.query else {
            throw StorageError(.unsupported, "the storage plugin has no search")
        }
        let session = try open()
        let words = terms.map { Value.text($0) }
        arena.reset(for: [], extra: words)
        let cells = arena.add(words)
        let spans = (0..<words.count).map { vais_span(data: cells[$0].value.data, size: UInt64(cells[$0].size)) }
        return try watching { () throws(StorageError) in
            var total: UInt64 = 0
            var hits: [SearchHits.Hit] = []
            while hits.count < limit {
                let status = try page.fill { page throws(StorageError) in
                    try call.run("cannot search", accepted: [VAIS_LIMIT, VAIS_DONE]) {
                        query(
                            session, declaration, spans, UInt32(spans.count), UInt64(offset + hits.count),
                            UInt32(clamping: limit - hits.count), page, &total, $0)
                    }
                } read: { status, reader throws(StorageError) in
                    for number in 0..<reader.rowCount {
                        guard let row = try reader.values(from: number * 2, count: 2), case .text(let key) = row[0],
                            case .double(let score) = row[1]
                        else {
                            throw StorageError(.failed, "the storage plugin answered a search without key and score")
                        }
                        hits.append(SearchHits.Hit(key: key, score: score))
                    }
                    return reader.rowCount == 0 ? VAIS_DONE : status
                }
                if status == VAIS_DONE { break }
            }
            return SearchHits(hits: hits, total: Int(clamping: total))
        }
    }

    // The caller has reset the arena for this batch.
    private func native(_ batch: Batch, _ stamp: Int64) -> vais_batch {
        vais_batch(
            struct_size: size(vais_batch.self), flags: 0, stamp: stamp, guards: arena.add(batch.guards),
            ops: arena.add(batch.operations), guard_count: UInt32(batch.guards.count),
            op_count: UInt32(batch.operations.count))
    }

    private func open() throws(StorageError) -> OpaquePointer {
        if let session { return session }
        var opened: OpaquePointer?
        let store = self.store
        try call.run("cannot open a session") { store.table.session_open(store.handle, $0, &opened) }
        guard let opened else { throw StorageError(.failed, "the storage plugin opened no session") }
        session = opened
        return opened
    }

    /// After a failure that may have left the session in an odd state it is reset, or closed when that fails too.
    private func watching<T>(_ body: () throws(StorageError) -> T) throws(StorageError) -> T {
        do throws(StorageError) {
            return try body()
        } catch {
            switch error.code {
            case .unavailable, .ambiguous, .corrupt, .failed, .timeout:
                if let session, store.table.session_reset == nil || (try? reset(session)) == nil { close() }
            default: break
            }
            throw error
        }
    }

    private func reset(_ session: OpaquePointer) throws(StorageError) {
        let store = self.store
        try call.run("cannot reset the session", timeout: .seconds(5)) { store.table.session_reset(session, $0) }
    }
}
