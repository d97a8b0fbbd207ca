package import CVaisPlugin
internal import Synchronization

/// Records kept by a storage plugin.
package final class PluginRecordStore: RecordStore, SearchIndex {
    let store: PluginStore
    private let sessions: SessionThreads
    private let commits: CommitQueue
    private let ledger: CommitLedger
    private let changes = ChangeCounters()
    private let committed = Atomic<Int>(0)

    /// How often a lost race or a busy store is tried again before the caller hears of it.
    private static let attempts = 12

    private init(_ store: PluginStore, _ ledger: CommitLedger, sessions: Int) {
        self.store = store
        self.ledger = ledger
        self.sessions = SessionThreads(store, count: sessions)
        commits = CommitQueue(store)
    }

    /// Opens the store, brings its schema up to `shapes.schema`, and declares the shapes. Blocks; call it on a thread that may.
    package static func open(
        table: vais_storage, search: vais_storage_search?, settings: [(key: String, value: Value)], dataFolder: String,
        shapes: ShapeSet, gate: PluginGate
    ) throws(StorageError) -> PluginRecordStore {
        let (shapes, ledger) = CommitLedger.adding(to: shapes)
        let declared = CSchema(shapes)
        let call = PluginCall(gate)
        let handle = try openStore(table, settings, dataFolder, call)
        do throws(StorageError) {
            try call.run("cannot prepare the schema", timeout: .seconds(300)) {
                table.schema_apply(handle, declared.schema, $0)
            }
            if let search, declared.searchCount > 0 {
                try call.run("cannot prepare the search index", timeout: .seconds(300)) {
                    search.apply(
                        handle, declared.schema, declared.searches, UInt64(MemoryLayout<vais_search_index>.stride),
                        UInt32(declared.searchCount), $0)
                }
            }
            try call.run("cannot prepare the queries") {
                table.prepare(
                    handle, declared.schema, declared.shapes, UInt64(MemoryLayout<vais_shape>.stride),
                    UInt32(declared.shapeCount), $0)
            }
        } catch {
            table.close(handle)
            throw error
        }
        var capabilities = vais_storage_capabilities()
        capabilities.struct_size = size(vais_storage_capabilities.self)
        table.capabilities(handle, &capabilities)
        let store = PluginStore(
            table: table, search: search, handle: handle, declared: declared, shapes: shapes,
            capabilities: capabilities, gate: gate
        )
        // One more session than these is the committing thread's.
        let most = capabilities.max_sessions == 0 ? 4 : max(1, Int(capabilities.max_sessions) - 1)
        return PluginRecordStore(store, ledger, sessions: min(4, most))
    }

    private static func openStore(
        _ table: vais_storage, _ settings: [(key: String, value: Value)], _ dataFolder: String,
        _ call: borrowing PluginCall
    ) throws(StorageError) -> OpaquePointer {
        let values = settings.flatMap { [Value.text($0.key), $0.value] } + [.text(dataFolder)]
        var arena = CellArena()
        arena.reset(for: [], extra: values)
        let cells = arena.add(values)
        func span(_ position: Int) -> vais_span {
            vais_span(data: cells[position].value.data, size: UInt64(cells[position].size))
        }
        let native = settings.indices.map { vais_setting(key: span($0 * 2), value: cells[$0 * 2 + 1]) }
        var handle: OpaquePointer?
        try native.withUnsafeBufferPointer { native throws(StorageError) in
            var options = vais_storage_options(
                struct_size: size(vais_storage_options.self), setting_count: UInt32(native.count),
                settings: native.baseAddress, data_folder: span(values.count - 1))
            try call.run("cannot open the store") { table.open(&options, $0, &handle) }
        }
        guard let handle else { throw StorageError(.failed, "the storage plugin opened no store") }
        return handle
    }

    /// Name and version of what stores the data.
    package var backend: String { store.backend }

    /// The plugin's handle, for its other interfaces. Valid until `close`.
    package var handle: OpaquePointer { store.handle }

    /// Waits for what is under way, then closes the store. Blocks; call it once, on a thread that may.
    package func close() {
        commits.shutdown()
        sessions.shutdown()
        store.table.close(store.handle)
    }

    package func get(_ uses: [Use]) async throws(StorageError) -> [Row?] {
        if uses.isEmpty { return [] }
        try check(uses)
        return try await sessions.run { session throws(StorageError) in try session.get(uses) }
    }

    package func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> Page {
        try check([use])
        return try await sessions.run { session throws(StorageError) in
            try session.scan(use, after: after, limit: max(1, limit))
        }
    }

    package func health() async throws(StorageError) {
        try await sessions.run { session throws(StorageError) in try session.health() }
    }

    package func search(_ declaration: SearchDeclaration, terms: [String], offset: Int, limit: Int)
        async throws(StorageError)
        -> SearchHits
    {
        if terms.isEmpty { return SearchHits(hits: [], total: 0) }
        return try await sessions.run { session throws(StorageError) in
            try session.search(declaration.id, terms: terms, offset: max(0, offset), limit: max(1, limit))
        }
    }

    package func commit(_ batch: Batch) async throws(StorageError) {
        try check(batch.guards)
        try check(batch.operations)
        let id = CommitLedger.newID()
        var sealed = batch
        sealed.operations.append(ledger.insert(.bytes(id)))
        let ownOperations = batch.operations.count
        var wasSent = false
        for attempt in 1... {
            do throws(StorageError) {
                try await commits.commit(sealed, stamp: Int64.random(in: 1 ... .max))
                break
            } catch {
                // Our own id is in the ledger: an earlier attempt, whose answer was lost, took effect.
                if error.code == .exists, error.place == .operation(ownOperations) { break }
                // A guard that fails on a later attempt may fail because the first one took effect.
                if wasSent, [.guardFailed, .exists, .notFound].contains(error.code), await isCommitted(id) == true {
                    break
                }
                if error.code == .ambiguous {
                    wasSent = true
                    if await isCommitted(id) == true { break }
                }
                let again = error.code == .ambiguous || error.code == .busy
                guard again, attempt < Self.attempts else { throw error }
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...(2 << min(attempt, 8)))))
            }
        }
        changes.note(batch.operations.map { store.shapes.shapes[$0.shape].collection.id })
        if committed.add(1, ordering: .relaxed).newValue % 1024 == 0 { await forgetOldCommits() }
    }

    /// Rises whenever a batch writes to the collection through this object.
    func changeCount(_ collection: Collection) -> Int { changes.count(collection.id) }

    /// Whether a batch took effect; nil when the store cannot say.
    private func isCommitted(_ id: [UInt8]) async -> Bool? {
        guard let rows = try? await get([ledger.find(.bytes(id))]) else { return nil }
        return rows.first.flatMap { $0 } != nil
    }

    /// Failure is no matter: the next round forgets more.
    private func forgetOldCommits() async {
        while let page = try? await scan(ledger.expired(), after: nil, limit: 500), !page.rows.isEmpty {
            guard (try? await commits.commit(ledger.forgetting(page.rows), stamp: 1)) != nil else { return }
        }
    }

    /// A use that does not fit its shape is a fault of ours, found here rather than in a plugin.
    private func check(_ uses: [Use]) throws(StorageError) {
        for use in uses {
            guard store.shapes.shapes.indices.contains(use.shape),
                store.shapes.shapes[use.shape].cellCount == use.cells.count
            else {
                throw StorageError(
                    .failed, "a query was used with \(use.cells.count) values, which its shape does not take")
            }
        }
    }
}

/// How many batches wrote to each collection. Thread-safe.
private final class ChangeCounters: Sendable {
    private let counts = Mutex<[UInt32: Int]>([:])

    func note(_ collections: [UInt32]) {
        counts.withLock { counts in
            for collection in Set(collections) { counts[collection, default: 0] += 1 }
        }
    }

    func count(_ collection: UInt32) -> Int { counts.withLock { $0[collection] ?? 0 } }
}
