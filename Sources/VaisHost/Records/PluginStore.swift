internal import CVaisPlugin

/// An open store of a plugin: its tables, its handle, and what was declared to it. Immutable, so any thread may use it.
final class PluginStore: @unchecked Sendable {
    let table: vais_storage
    let search: vais_storage_search?
    let handle: OpaquePointer
    let declared: CSchema
    let shapes: ShapeSet
    let capabilities: vais_storage_capabilities
    /// Every call passes it.
    let gate: PluginGate

    init(
        table: vais_storage, search: vais_storage_search?, handle: OpaquePointer, declared: CSchema, shapes: ShapeSet,
        capabilities: vais_storage_capabilities, gate: PluginGate
    ) {
        self.table = table
        self.search = search
        self.handle = handle
        self.declared = declared
        self.shapes = shapes
        self.capabilities = capabilities
        self.gate = gate
    }

    /// Name and version of what stores the data.
    var backend: String {
        String(
            decoding: UnsafeBufferPointer(start: capabilities.backend.data, count: Int(capabilities.backend.size)),
            as: UTF8.self)
    }
}
