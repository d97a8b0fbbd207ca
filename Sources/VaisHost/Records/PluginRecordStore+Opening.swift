package import CVaisPlugin

extension PluginRecordStore {
    /// Opens the store, brings its schema up to `shapes.schema`, and declares the shapes. `gate` belongs to the plugin, whatever
    /// interface of it is called. Blocks; call it on a thread that may.
    package static func open(
        table: vais_storage, search: vais_storage_search?, settings: [(key: String, value: Value)], dataFolder: String,
        shapes: ShapeSet, gate: PluginGate
    ) throws(StorageError) -> PluginRecordStore {
        try open(
            table: table, search: search, settings: settings, dataFolder: dataFolder, shapes: shapes, gate: gate,
            start: startThread)
    }

    /// `start` begins the store's threads.
    static func open(
        table: vais_storage, search: vais_storage_search?, settings: [(key: String, value: Value)], dataFolder: String,
        shapes: ShapeSet, gate: PluginGate, start: @escaping ThreadStarter
    ) throws(StorageError) -> PluginRecordStore {
        let (shapes, ledger) = CommitLedger.adding(to: shapes)
        let declared = CSchema(shapes)
        let call = PluginCall(gate)
        let handle = try openStore(table, settings, dataFolder, call)
        do throws(StorageError) {
            try declare(declared, to: table, search, handle, call)
            let store = PluginStore(
                table: table, search: search, handle: handle, declared: declared, shapes: shapes, gate: gate)
            return try PluginRecordStore(store, ledger, start: start)
        } catch {
            gate.end("cannot close the store") { table.close(handle) }
            throw error
        }
    }

    private static func declare(
        _ declared: CSchema, to table: vais_storage, _ search: vais_storage_search?, _ handle: OpaquePointer,
        _ call: borrowing PluginCall
    ) throws(StorageError) {
        try call.run("cannot prepare the schema", timeout: .seconds(300), mayLand: true) {
            table.schema_apply(handle, declared.schema, $0)
        }
        if let search, declared.searchCount > 0 {
            try call.run("cannot prepare the search index", timeout: .seconds(300), mayLand: true) {
                search.apply(
                    handle, declared.schema, declared.searches, UInt64(MemoryLayout<vais_search_index>.stride),
                    UInt32(declared.searchCount), $0)
            }
        }
        try call.run("cannot prepare the queries", timeout: .seconds(30)) {
            table.prepare(
                handle, declared.schema, declared.shapes, UInt64(MemoryLayout<vais_shape>.stride),
                UInt32(declared.shapeCount), $0)
        }
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
            try call.run("cannot open the store", timeout: .seconds(30)) { table.open(&options, $0, &handle) }
        }
        guard let handle else { throw StorageError(.failed, "the storage plugin opened no store") }
        return handle
    }
}
