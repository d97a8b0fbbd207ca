internal import Synchronization

/// Commits what has piled up while the last commit was under way, all of it with one durable write where the plugin can. Under load
/// the cost of making a change durable is shared; alone, a change waits for nobody. Thread-safe.
///
/// A thread with a session of its own does this; where the backend allows a single session, or the system no further thread, the
/// reading threads do.
final class CommitQueue: Sendable {
    /// At most so many batches, of so many bytes together, share a write, so that one caller's wait and the memory stay small.
    private static let groupLimit = 256
    private static let groupBytes = 16 << 20

    private let queue: ThreadQueue<QueuedBatch>
    private let sessions: SessionThreads
    /// One, and whoever replaces it while it is stuck; nil where the reading threads commit.
    private let committer: WatchedThreads?

    init(
        _ store: PluginStore, _ sessions: SessionThreads, ownThread: Bool, spares: Int,
        start: @escaping ThreadStarter = startThread
    ) {
        self.sessions = sessions
        let queue = ThreadQueue<QueuedBatch>()
        self.queue = queue
        guard ownThread else {
            committer = nil
            return
        }
        let committer = WatchedThreads(
            "store-commit", count: 1, spares: spares, start: start,
            refuse: { Self.refuseAll(in: queue, .notAnswering($0)) },
            work: { thread in
                let session = PluginSession(store)
                while let batches = queue.nextMany(limit: Self.groupLimit, weight: Self.groupBytes, of: \.bytes) {
                    let group = CommitGroup(batches, sessions, store.gate.patience)
                    guard thread.work(on: group, { group.run(session) }) else { break }
                }
                session.close()
            })
        self.committer = committer.isEmpty ? nil : committer
    }

    /// The thread ends by itself once the queue is empty.
    deinit { queue.close() }

    /// How many batches wait for their turn.
    var waiting: Int { queue.count }

    /// Returns when the batch is committed. A batch whose caller is cancelled while it still waits is not committed; one that is under
    /// way, or must be settled (not `cancellable`), is waited for, though not much longer than its deadline: then it is `.ambiguous`.
    func commit(
        _ batch: Batch, stamp: Int64, bytes: Int, deadline: UInt64, cancellable: Bool
    ) async throws(StorageError) {
        let entry = QueuedBatch(StampedBatch(batch: batch, stamp: stamp), bytes: bytes, deadline: deadline)
        let result: Result<Void, StorageError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                entry.answer.wait(continuation)
                add(entry)
            }
        } onCancel: {
            if cancellable { entry.answer.withdraw(.cancelled) }
        }
        try result.get()
    }

    private func add(_ entry: QueuedBatch) {
        if let stuck = committer?.shortage { return entry.answer.settle(.failure(.notAnswering(stuck))) }
        guard queue.add(entry) else { return entry.answer.settle(.failure(.closed)) }
        if let committer {
            committer.refuseIfShort()
        } else {
            // Each batch brings a turn, and each turn commits all that wait, so the later of them may find nothing.
            sessions.add(Turn(queue, sessions))
        }
    }

    private static func refuseAll(in queue: ThreadQueue<QueuedBatch>, _ error: StorageError) {
        while let entries = queue.takeMany(limit: .max, weight: .max, of: \.bytes) {
            for entry in entries { entry.answer.settle(.failure(error)) }
        }
    }

    /// Waits until everything is committed, at most until `deadline`; false when a commit was still under way then. Blocks. Without a
    /// thread of its own, what waits is committed before the sessions close.
    func shutdown(until deadline: UInt64) -> Bool {
        queue.close()
        return committer?.join(until: deadline) ?? true
    }

    /// A reading thread's turn to commit.
    private final class Turn: SessionJob {
        private let queue: ThreadQueue<QueuedBatch>
        private let sessions: SessionThreads
        private let group = Mutex<CommitGroup?>(nil)

        init(_ queue: ThreadQueue<QueuedBatch>, _ sessions: SessionThreads) {
            self.queue = queue
            self.sessions = sessions
        }

        func run(_ session: PluginSession) {
            guard let batches = queue.takeMany(limit: groupLimit, weight: groupBytes, of: \.bytes) else { return }
            let taken = CommitGroup(batches, sessions, session.store.gate.patience)
            group.withLock { $0 = taken }
            taken.run(session)
        }

        func giveUp(_ call: StuckCall) { group.withLock { $0 }?.giveUp(call) }
        func refuse(_ error: StorageError) { refuseAll(in: queue, error) }
    }
}
