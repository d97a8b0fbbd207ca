internal import CVaisPlugin
internal import Synchronization

/// An open store of a plugin: its tables, its handle, and what was declared to it. Any thread may use it.
final class PluginStore: @unchecked Sendable {
    let table: vais_storage
    let search: vais_storage_search?
    let handle: OpaquePointer
    let declared: CSchema
    let shapes: ShapeSet
    /// What the plugin's thread model asks for: every call passes here.
    let gate: PluginGate
    /// Name and version of what stores the data.
    let backend: String
    let durability: Durability
    /// How many sessions the backend allows; nil: as many as we like.
    let mostSessions: Int?
    let mostBatchUses: Int
    let mostValueBytes: Int
    /// How many sessions are open, or about to be.
    private let sessions = Atomic<Int>(0)

    init(
        table: vais_storage, search: vais_storage_search?, handle: OpaquePointer, declared: CSchema, shapes: ShapeSet,
        gate: PluginGate
    ) {
        self.table = table
        self.search = search
        self.handle = handle
        self.declared = declared
        self.shapes = shapes
        self.gate = gate
        var capabilities = vais_storage_capabilities()
        capabilities.struct_size = size(vais_storage_capabilities.self)
        gate.end("cannot read the store's capabilities") { table.capabilities(handle, &capabilities) }
        backend = capabilities.backend.text(atMost: 256)
        durability = Durability(capabilities.durable)
        mostSessions = capabilities.max_sessions == 0 ? nil : Int(capabilities.max_sessions)
        // What the interface promises at least, should a plugin say less.
        mostBatchUses = max(4096, Int(capabilities.max_batch_uses))
        mostValueBytes = max(1 << 20, Int(capabilities.max_value_bytes))
    }

    /// A use that does not fit its shape is a fault of ours, and a value that no store takes is refused, before a plugin sees either.
    /// Answers the bytes of all texts and byte strings. `place` names a use for whoever made the batch.
    @discardableResult
    func check(_ uses: [Use], _ place: (Int) -> StorageError.Place? = { _ in nil }) throws(StorageError) -> Int {
        var total = 0
        for (number, use) in uses.enumerated() {
            guard shapes.shapes.indices.contains(use.shape), shapes.shapes[use.shape].cellCount == use.cells.count
            else {
                throw StorageError(
                    .failed, "a query was used with \(use.cells.count) values, which its shape does not take",
                    place: place(number))
            }
            for value in use.cells { total += try check(value, place(number)) }
        }
        return total
    }

    func check(_ value: Value, _ place: StorageError.Place? = nil) throws(StorageError) -> Int {
        let count: Int
        switch value {
        case .text(var text):
            count = text.utf8.count
            if text.withUTF8({ $0.contains(0) }) {
                throw StorageError(.failed, "text with a NUL character cannot be stored", place: place)
            }
        case .bytes(let bytes): count = bytes.count
        case .double(let number):
            if number.isNaN {
                throw StorageError(.failed, "what is not a number cannot be stored as one", place: place)
            }
            return 0
        default: return 0
        }
        guard count <= mostValueBytes else {
            throw StorageError(
                .limit, "a value of \(count) bytes is longer than the \(mostValueBytes) bytes the store takes",
                place: place)
        }
        return count
    }

    func close() { gate.end("cannot close the store") { table.close(handle) } }

    // MARK: Sessions

    /// Opens one, unless the backend has as many as it allows: those that are left to interrupts which do not return count, too.
    func openSession(
        _ limits: CallBounds.Limits, _ call: borrowing PluginCall
    ) throws(StorageError) -> OpaquePointer {
        let count = sessions.add(1, ordering: .relaxed).newValue
        do throws(StorageError) {
            if let mostSessions, count > mostSessions {
                throw StorageError(
                    .unavailable, "cannot open a session: all \(mostSessions) that the store allows are in use",
                    hint: StuckCall.hint)
            }
            var opened: OpaquePointer?
            try call.run("cannot open a session", limits) { table.session_open(handle, $0, &opened) }
            guard let opened else { throw StorageError(.failed, "the storage plugin opened no session") }
            return opened
        } catch {
            sessions.subtract(1, ordering: .relaxed)
            throw error
        }
    }

    func closeSession(_ session: OpaquePointer) {
        gate.end("cannot close a session") {
            table.session_close(session)
            sessions.subtract(1, ordering: .relaxed)
        }
    }
}

extension Durability {
    /// A word the interface does not know promises nothing.
    fileprivate init(_ capability: UInt32) {
        self =
            switch capability {
            case VAIS_NATIVE: .powerLoss
            case VAIS_EMULATE: .processEnd
            default: .nothing
            }
    }
}
