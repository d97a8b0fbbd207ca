internal import Synchronization
package import VaisHost

/// A real store whose calls are counted, so that a test can claim that something asks it nothing, and which can be made to fail as a
/// real one does.
package final class CountingStore: RecordStore {
    /// How a commit fails.
    package enum Fault: Sendable {
        /// Nothing is stored.
        case refused(StorageError.Code)
        /// Everything is stored, and the answer is lost.
        case answerLost
    }

    private struct State {
        var reads = 0
        var writes = 0
        var rows = 0
        var fault: (@Sendable (_ batch: Batch) -> Fault?)?
    }

    private let store: any RecordStore
    private let state = Mutex(State())

    package init(_ store: any RecordStore) { self.store = store }

    package var reads: Int { state.withLock { $0.reads } }
    package var writes: Int { state.withLock { $0.writes } }
    /// How many rows were asked for, whether or not they are there.
    package var rows: Int { state.withLock { $0.rows } }

    /// Asked before every commit from now on, whether and how it fails.
    package func setFault(_ fault: (@Sendable (_ batch: Batch) -> Fault?)?) { state.withLock { $0.fault = fault } }

    package func get(_ uses: [Use]) async throws(StorageError) -> [Row?] {
        state.withLock { state in
            state.reads += 1
            state.rows += uses.count
        }
        return try await store.get(uses)
    }

    package func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> Page {
        let page = try await store.scan(use, after: after, limit: limit)
        state.withLock { state in
            state.reads += 1
            state.rows += page.rows.count
        }
        return page
    }

    package func commit(_ batch: Batch) async throws(StorageError) {
        let fault = state.withLock { state in
            state.writes += 1
            return state.fault
        }
        switch fault?(batch) {
        case nil: try await store.commit(batch)
        case .refused(let code): throw StorageError(code, "the store was made to fail")
        case .answerLost:
            try await store.commit(batch)
            throw StorageError(.ambiguous, "the store was made to lose its answer")
        }
    }

    package func health() async throws(StorageError) { try await store.health() }
}
