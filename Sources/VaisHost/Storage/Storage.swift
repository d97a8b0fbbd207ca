/// An open storage backend: records, objects and search, each by the plugin or, where it has no such interface, by the host.
package struct Storage: Sendable {
    package var records: any RecordStore
    package var blobs: any BlobStore
    package var search: any SearchIndex
    /// Name and version of what stores the data, such as "SQLite 3.40.1".
    package var backend: String
    /// The plugin that stores the records, such as "dev.vais.storage-sqlite 0.1.0".
    package var plugin: String
    package var durability: Durability
    /// Closes everything. No call may be under way, and none may follow.
    package var close: @Sendable () async -> Void

    /// What an operator should know of a store that does not keep everything; nil when it does.
    package var durabilityWarning: String? {
        switch durability {
        case .powerLoss: nil
        case .processEnd: "the store (\(plugin)) may lose the last changes when the power fails"
        case .nothing: "the store (\(plugin)) is not durable: everything in it is gone when the server ends"
        }
    }

    package init(
        records: any RecordStore, blobs: any BlobStore, search: any SearchIndex, backend: String,
        plugin: String, durability: Durability, close: @escaping @Sendable () async -> Void
    ) {
        self.records = records
        self.blobs = blobs
        self.search = search
        self.backend = backend
        self.plugin = plugin
        self.durability = durability
        self.close = close
    }
}

/// What an acknowledged change survives.
package enum Durability: Sendable {
    case powerLoss
    /// The end of the process, not power loss.
    case processEnd
    /// Nothing: it is gone when the store is closed.
    case nothing
}
