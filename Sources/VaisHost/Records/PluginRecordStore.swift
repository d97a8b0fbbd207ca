internal import Synchronization

/// Records kept by a storage plugin.
///
/// Calls become jobs for threads of our own, each with a plugin session, since a plugin may block:
///
///     get, scan, search ──> SessionThreads   4 threads, one session each
///     commit ─────────────> CommitQueue      1 thread, which commits together whatever has piled up
package final class PluginRecordStore: RecordStore, SearchIndex {
    let store: PluginStore
    let sessions: SessionThreads
    let commits: CommitQueue
    let ledger: CommitLedger
    let changes = ChangeCounters()
    /// Batches committed so far.
    let committed = Atomic<Int>(0)
    private let isClosed = Atomic<Bool>(false)

    private static let readingSessions = 4
    private static let spareCommitting = 2

    init(_ store: PluginStore, _ ledger: CommitLedger, start: @escaping ThreadStarter = startThread)
        throws(StorageError)
    {
        self.store = store
        self.ledger = ledger
        let most = store.mostSessions ?? .max
        // One session is the committing thread's, unless the backend allows a single one.
        let reading = min(Self.readingSessions, max(1, most - 1))
        // What is left may replace sessions in which a call is stuck. Where one call is all the plugin bears, that is none.
        let spare = store.gate.isNarrow ? 0 : max(0, most - reading - 1)
        let spareCommitting = min(Self.spareCommitting, spare)
        sessions = try SessionThreads(
            store, count: reading, spares: min(Self.readingSessions, spare - spareCommitting), start: start)
        commits = CommitQueue(store, sessions, ownThread: most > 1, spares: spareCommitting, start: start)
    }

    /// Name and version of what stores the data.
    package var backend: String { store.backend }

    package var durability: Durability { store.durability }

    /// The plugin's handle, for its other interfaces. Valid until `close`.
    package var handle: OpaquePointer { store.handle }

    /// Does what is queued, then closes the store; calls made from now on fail. What is still under way at `deadline` (CLOCK_MONOTONIC in
    /// nanoseconds; as far away as the plugin's `Patience` says, if nil) is left alone, and the store open. Blocks; call it on a thread
    /// that may.
    package func close(until deadline: UInt64? = nil) {
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        let deadline = deadline ?? PluginCall.deadline(in: store.gate.patience.closing)
        let haveCommitted = commits.shutdown(until: deadline)
        guard sessions.shutdown(until: deadline), haveCommitted else {
            // A call under way uses the store.
            return store.gate.leftBehind("closing the store")
        }
        store.close()
    }

    package func get(_ uses: [Use]) async throws(StorageError) -> [Row?] {
        if uses.isEmpty { return [] }
        guard uses.count <= Self.mostReads else {
            throw StorageError(.limit, "\(uses.count) records are too many for one read")
        }
        try store.check(uses)
        return try await sessions.run { session, bounds throws(StorageError) in try session.get(uses, bounds) }
    }

    private static let mostReads = 1 << 20

    package func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> Page {
        try store.check([use])
        for value in after?.values ?? [] { _ = try store.check(value) }
        let limit = min(max(1, limit), Self.mostReads)
        return try await sessions.run { session, bounds throws(StorageError) in
            try session.scan(use, after: after, limit: limit, bounds)
        }
    }

    package func health() async throws(StorageError) {
        try await sessions.run(timeout: .seconds(5)) { session, bounds throws(StorageError) in
            try session.health(bounds)
        }
    }

    package func search(_ declaration: SearchDeclaration, terms: [String], offset: Int, limit: Int)
        async throws(StorageError)
        -> SearchHits
    {
        let terms = terms.filter { !$0.isEmpty }
        if terms.isEmpty { return SearchHits(hits: [], total: 0) }
        for term in terms { _ = try store.check(.text(term)) }
        return try await sessions.run { session, bounds throws(StorageError) in
            try session.search(declaration.id, terms: terms, offset: offset, limit: limit, bounds)
        }
    }

    /// Rises whenever a batch has written to the collection through this object, before its caller hears of it.
    func changeCount(_ collection: Collection) -> Int { changes.count(collection.id) }
}
