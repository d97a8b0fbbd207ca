package import VaisModel

/// Large immutable objects, addressed by the SHA-256 of their bytes. Safe to use from any task.
package protocol BlobStore: Sendable {
    /// Starts an object of about `sizeHint` bytes (0: unknown). Nothing is visible before `commit`.
    func writer(sizeHint: UInt64) async throws(StorageError) -> any BlobWriter
    /// The object `id`, or nil when there is none. The caller closes the reader.
    func reader(_ id: Checksum) async throws(StorageError) -> (any BlobReader)?
    /// Removes the object; readers that are open keep working. False when there was none.
    @discardableResult
    func remove(_ id: Checksum) async throws(StorageError) -> Bool
    /// At most `limit` ids in byte order, beginning after `after`; fewer only at the end.
    func list(after: Checksum?, limit: Int) async throws(StorageError) -> [Checksum]
}

/// One object being written. Used by one task at a time and ended by exactly one of `commit` and `abort`.
package protocol BlobWriter: Sendable {
    func write(_ bytes: [UInt8]) async throws(StorageError)
    /// Makes the object visible under `id`, durably: it survives power loss once this returns. The caller has hashed the bytes.
    func commit(_ id: Checksum) async throws(StorageError)
    /// Forgets what was written.
    func abort() async
}

/// One object being read. Used by one task at a time.
package protocol BlobReader: Sendable {
    /// Length in bytes.
    var size: UInt64 { get }
    /// Up to `count` bytes from `offset`; fewer only at the end of the object.
    func read(at offset: UInt64, count: Int) async throws(StorageError) -> [UInt8]
    /// A descriptor on the bytes for zero-copy sending, valid until `close`, where the store has one.
    var descriptor: Int32? { get }
    func close()
}
