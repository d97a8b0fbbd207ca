internal import Synchronization
package import VaisHost

/// A real store whose calls are counted, so that a test can claim that something asks it nothing.
package final class CountingStore: RecordStore {
    private let store: any RecordStore
    private let counts = Mutex((reads: 0, writes: 0))

    init(_ store: any RecordStore) { self.store = store }

    package var reads: Int { counts.withLock { $0.reads } }
    package var writes: Int { counts.withLock { $0.writes } }

    package func get(_ uses: [Use]) async throws(StorageError) -> [Row?] {
        counts.withLock { $0.reads += 1 }
        return try await store.get(uses)
    }

    package func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> Page {
        counts.withLock { $0.reads += 1 }
        return try await store.scan(use, after: after, limit: limit)
    }

    package func commit(_ batch: Batch) async throws(StorageError) {
        counts.withLock { $0.writes += 1 }
        try await store.commit(batch)
    }

    package func health() async throws(StorageError) { try await store.health() }
}
