internal import CVaisPlugin
internal import VaisModel

/// One object being written by a plugin. Used by one task at a time, as the protocol demands: hence unchecked.
final class PluginBlobWriter: BlobWriter, @unchecked Sendable {
    private let access: BlobAccess
    private let threads: BlockingThreads
    /// Nil once the writer has ended.
    private var writer: OpaquePointer?
    private var pending: [UInt8] = []
    /// Whether a call was given up that may still use all of the above, and keeps this object alive meanwhile.
    private var isGivenUp = false

    private static let gathered = 256 << 10

    init(_ access: BlobAccess, _ writer: OpaquePointer, _ threads: BlockingThreads) {
        self.access = access
        self.writer = writer
        self.threads = threads
    }

    deinit { discard() }

    func write(_ bytes: [UInt8]) async throws(StorageError) {
        guard !isGivenUp else { throw Self.ended }
        pending += bytes
        guard pending.count >= Self.gathered else { return }
        try await run { [self] () throws(StorageError) in try flush(try open()) }
    }

    func commit(_ id: Checksum) async throws(StorageError) {
        try await run { [self] () throws(StorageError) in
            let writer = try open()
            try flush(writer)
            var id = vais_blob_id(id)
            // The plugin ends the writer whatever it answers.
            self.writer = nil
            try access.call("cannot store an object", mayLand: true) { access.table.put_commit(writer, &id, $0) }
        }
    }

    func abort() async {
        _ = try? await run { [self] () throws(StorageError) in discard() }
    }

    private func run(_ work: @escaping @Sendable () throws(StorageError) -> Void) async throws(StorageError) {
        guard !isGivenUp else { throw Self.ended }
        do {
            try await threads.run(work)
        } catch {
            isGivenUp = error is StuckCall
            throw StorageError(ofBlocking: error)
        }
    }

    private static let ended = StorageError(.failed, "an object was written to after it had ended")

    private func open() throws(StorageError) -> OpaquePointer {
        guard let writer else { throw Self.ended }
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
        let table = access.table
        let bits = UInt(bitPattern: writer)
        access.free("cannot forget an object", on: threads) { table.put_abort(OpaquePointer(bitPattern: bits)) }
    }
}
