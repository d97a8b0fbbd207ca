internal import CVaisPlugin
internal import Synchronization
internal import VaisModel

/// One object being written by a plugin. Used by one task at a time, as the protocol demands: hence unchecked.
final class PluginBlobWriter: BlobWriter, @unchecked Sendable {
    private let access: BlobAccess
    private let threads: BlockingThreads
    /// Nil once the writer has ended.
    private var writer: OpaquePointer?
    private var pending: [UInt8] = []

    private static let gathered = 256 << 10

    init(_ access: BlobAccess, _ writer: OpaquePointer, _ threads: BlockingThreads) {
        self.access = access
        self.writer = writer
        self.threads = threads
    }

    deinit { discard() }

    func write(_ bytes: [UInt8]) async throws(StorageError) {
        pending += bytes
        guard pending.count >= Self.gathered else { return }
        try await blocking(threads) { [self] () throws(StorageError) in try flush(try open()) }
    }

    func commit(_ id: Checksum) async throws(StorageError) {
        try await blocking(threads) { [self] () throws(StorageError) in
            let writer = try open()
            try flush(writer)
            var id = vais_blob_id(id)
            // The plugin ends the writer whatever it answers.
            self.writer = nil
            try access.call("cannot store an object") { access.table.put_commit(writer, &id, $0) }
        }
    }

    func abort() async {
        _ = try? await blocking(threads) { [self] () throws(StorageError) in discard() }
    }

    private func open() throws(StorageError) -> OpaquePointer {
        guard let writer else { throw StorageError(.failed, "an object was written to after it had ended") }
        return writer
    }

    private func flush(_ writer: OpaquePointer) throws(StorageError) {
        guard !pending.isEmpty else { return }
        defer { pending.removeAll(keepingCapacity: true) }
        do throws(StorageError) {
            try access.call("cannot write an object") { call in
                pending.withUnsafeBufferPointer {
                    access.table.put_write(writer, vais_span(data: $0.baseAddress, size: UInt64($0.count)), call)
                }
            }
        } catch {
            discard()
            throw error
        }
    }

    private func discard() {
        guard let writer else { return }
        self.writer = nil
        access.gate.run { access.table.put_abort(writer) }
    }
}

/// One object being read from a plugin. Closed once, by `close` or with its last reference.
final class PluginBlobReader: BlobReader, @unchecked Sendable {
    let size: UInt64
    private let access: BlobAccess
    private let threads: BlockingThreads
    private let reader: Mutex<UInt>

    init(_ access: BlobAccess, _ reader: OpaquePointer, size: UInt64, _ threads: BlockingThreads) {
        self.access = access
        self.reader = Mutex(UInt(bitPattern: reader))
        self.size = size
        self.threads = threads
    }

    deinit { close() }

    var descriptor: Int32? {
        guard let get = access.table.get_descriptor, let reader = pointer else { return nil }
        let descriptor = access.gate.run { get(reader) }
        return descriptor >= 0 ? descriptor : nil
    }

    func read(at offset: UInt64, count: Int) async throws(StorageError) -> [UInt8] {
        try await blocking(threads) { [self] () throws(StorageError) in
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
    }

    func close() {
        let bits = reader.withLock { bits in
            defer { bits = 0 }
            return bits
        }
        if let pointer = OpaquePointer(bitPattern: bits) { access.gate.run { access.table.get_close(pointer) } }
    }

    private var pointer: OpaquePointer? { OpaquePointer(bitPattern: reader.withLock { $0 }) }
}
