internal import CVaisPlugin
internal import Synchronization
internal import VaisModel

/// One object being read from a plugin. Closed once, by `close` or with its last reference.
final class PluginBlobReader: BlobReader, Sendable {
    let size: UInt64
    private let access: BlobAccess
    private let threads: BlockingThreads
    private let state: Mutex<State>
    /// What the plugin said when the object was opened; only of one whose calls wait for each other.
    private let known: Int32?

    private struct State: Sendable {
        /// 0 once it is closed.
        var reader: UInt
        /// Whether a read was given up that may still use the reader, and keeps this object alive meanwhile.
        var isGivenUp = false
    }

    /// On a thread that may block.
    init(_ access: BlobAccess, _ reader: OpaquePointer, size: UInt64, _ threads: BlockingThreads) {
        self.access = access
        state = Mutex(State(reader: UInt(bitPattern: reader)))
        self.size = size
        self.threads = threads
        known = access.gate.isNarrow ? Self.descriptor(of: reader, access) : nil
    }

    deinit { end(evenIfGivenUp: true) }

    var descriptor: Int32? {
        guard let reader = pointer else { return nil }
        return access.gate.isNarrow ? known : Self.descriptor(of: reader, access)
    }

    private static func descriptor(of reader: OpaquePointer, _ access: BlobAccess) -> Int32? {
        guard let get = access.table.get_descriptor else { return nil }
        var descriptor: Int32 = -1
        access.gate.end("cannot ask for an object's descriptor") { descriptor = get(reader) }
        return descriptor >= 0 ? descriptor : nil
    }

    func read(at offset: UInt64, count: Int) async throws(StorageError) -> [UInt8] {
        do {
            return try await threads.run { [self] () throws(StorageError) in try bytes(at: offset, count: count) }
        } catch {
            if error is StuckCall { state.withLock { $0.isGivenUp = true } }
            throw StorageError(ofBlocking: error)
        }
    }

    /// Blocks.
    private func bytes(at offset: UInt64, count: Int) throws(StorageError) -> [UInt8] {
        guard let reader = pointer else {
            throw StorageError(.failed, "the object was read after it had been closed")
        }
        guard offset < size, count > 0 else { return [] }
        let wanted = Int(min(UInt64(count), size - offset))
        var got: UInt64 = 0
        var bytes = [UInt8](repeating: 0, count: wanted)
        try access.call("cannot read an object") {
            access.table.get_read(reader, offset, &bytes, UInt64(wanted), &got, $0)
        }
        guard got == UInt64(wanted) else {
            throw StorageError(
                .corrupt, "the storage plugin answered \(got) bytes of an object where \(wanted) were due")
        }
        return bytes
    }

    func close() { end(evenIfGivenUp: false) }

    private func end(evenIfGivenUp: Bool) {
        let bits: UInt = state.withLock { state in
            guard evenIfGivenUp || !state.isGivenUp else { return 0 }
            defer { state.reader = 0 }
            return state.reader
        }
        guard bits != 0 else { return }
        let table = access.table
        access.free("cannot close an object", on: threads) { table.get_close(OpaquePointer(bitPattern: bits)) }
    }

    private var pointer: OpaquePointer? {
        OpaquePointer(bitPattern: state.withLock { $0.isGivenUp ? 0 : $0.reader })
    }
}
