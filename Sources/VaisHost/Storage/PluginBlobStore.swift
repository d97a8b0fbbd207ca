internal import CVaisPlugin
internal import VaisModel

/// Objects kept by a storage plugin.
final class PluginBlobStore: BlobStore, @unchecked Sendable {
    private let access: BlobAccess
    private let threads: BlockingThreads

    /// `store` stays open for as long as this is used.
    init(_ table: vais_storage_blob, store: OpaquePointer, gate: PluginGate, threads: BlockingThreads) {
        access = BlobAccess(table: table, store: store, gate: gate)
        self.threads = threads
    }

    func writer(sizeHint: UInt64) async throws(StorageError) -> any BlobWriter {
        try await blocking(threads) { [access, threads] () throws(StorageError) in
            var writer: OpaquePointer?
            try access.call("cannot begin an object") { access.table.put_open(access.store, sizeHint, $0, &writer) }
            guard let writer else { throw StorageError(.failed, "the storage plugin began no object") }
            return PluginBlobWriter(access, writer, threads)
        }
    }

    func reader(_ id: Checksum) async throws(StorageError) -> (any BlobReader)? {
        try await blocking(threads) { [access, threads] () throws(StorageError) in
            var reader: OpaquePointer?
            var size: UInt64 = 0
            var id = vais_blob_id(id)
            let status = try access.call("cannot open an object", accepted: [VAIS_NOT_FOUND]) {
                access.table.get_open(access.store, &id, $0, &reader, &size)
            }
            guard status == VAIS_OK else { return nil }
            guard let reader else { throw StorageError(.failed, "the storage plugin opened no object") }
            return PluginBlobReader(access, reader, size: size, threads)
        }
    }

    func remove(_ id: Checksum) async throws(StorageError) -> Bool {
        try await blocking(threads) { [access] () throws(StorageError) in
            var id = vais_blob_id(id)
            return try access.call("cannot remove an object", accepted: [VAIS_NOT_FOUND], mayLand: true) {
                access.table.remove(access.store, &id, $0)
            } == VAIS_OK
        }
    }

    func list(after: Checksum?, limit: Int) async throws(StorageError) -> [Checksum] {
        try await blocking(threads) { [access] () throws(StorageError) in
            var ids: [Checksum] = []
            var after = after
            // A plugin may answer less than it was asked for; only VAIS_DONE means the end.
            while ids.count < limit {
                let (page, isLast) = try access.page(after: after, limit: min(1000, limit - ids.count))
                ids += page
                if isLast || page.isEmpty { break }
                after = page.last
            }
            return ids
        }
    }
}

/// The plugin's functions with the store they belong to. The pointers are valid while the store is open, and the functions may be called
/// from any thread through the gate: hence unchecked.
struct BlobAccess: @unchecked Sendable {
    let table: vais_storage_blob
    let store: OpaquePointer
    let gate: PluginGate

    @discardableResult
    func call(
        _ action: String, accepted: [vais_status] = [], mayLand: Bool = false,
        _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
    ) throws(StorageError) -> vais_status {
        try PluginCall(gate).run(
            action, timeout: gate.patience.call * 10, accepted: accepted, mayLand: mayLand, body)
    }

    /// Makes a call that only frees something: at once, or, where calls have to wait for each other, on a thread that may block.
    func free(_ action: String, on threads: BlockingThreads, _ body: @escaping @Sendable () -> Void) {
        guard gate.isNarrow, WatchedThread.current == nil else { return gate.end(action, body) }
        threads.runLater { [gate] in gate.end(action, body) }
    }

    fileprivate func page(after: Checksum?, limit: Int) throws(StorageError) -> (ids: [Checksum], isLast: Bool) {
        var ids = [vais_blob_id](repeating: vais_blob_id(), count: limit)
        var count: UInt64 = 0
        let status = try call("cannot list objects", accepted: [VAIS_DONE]) { call in
            guard let after else { return table.list(store, nil, &ids, UInt64(limit), &count, call) }
            var id = vais_blob_id(after)
            return table.list(store, &id, &ids, UInt64(limit), &count, call)
        }
        guard count <= UInt64(limit) else {
            throw StorageError(.failed, "the storage plugin listed more than it was asked for")
        }
        let page = ids.prefix(Int(count)).compactMap(\.checksum)
        // Callers ask for more behind the last: a page that does not step forward would keep them at it for ever.
        var last = after
        for id in page {
            if let last, !last.bytes.lexicographicallyPrecedes(id.bytes) {
                throw StorageError(
                    .failed, "the storage plugin listed objects out of order",
                    hint: "report this to the plugin's author")
            }
            last = id
        }
        return (page, status == VAIS_DONE)
    }
}

extension vais_blob_id {
    init(_ checksum: Checksum) {
        self.init()
        withUnsafeMutableBytes(of: &bytes) { $0.copyBytes(from: checksum.bytes.prefix($0.count)) }
    }

    fileprivate var checksum: Checksum? {
        withUnsafeBytes(of: bytes) { try? Checksum(bytes: Array($0)) }
    }
}
