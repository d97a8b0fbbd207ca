internal import Glibc

/// Commits what has piled up while the last commit was under way, all of it with one durable write where the plugin can. Under load
/// the cost of making a change durable is shared; alone, a change waits for nobody. Thread-safe.
///
/// A thread with a session of its own does this; where the backend allows a single session, or the system no further thread, the
/// reading threads do.
final class CommitQueue: @unchecked Sendable {
    private struct Entry {
        let batch: StampedBatch
        /// Of its values.
        let bytes: Int
        let deadline: UInt64
        let answer: PendingAnswer<Void>
    }

    /// At most so many batches, of so many bytes together, share a write, so that one caller's wait and the memory stay small.
    private static let groupLimit = 256
    private static let groupBytes = 16 << 20

    private let queue = ThreadQueue<Entry>()
    private let sessions: SessionThreads
    private let thread: pthread_t?

    init(_ store: PluginStore, _ sessions: SessionThreads, ownThread: Bool, start: ThreadStarter = startThread) {
        self.sessions = sessions
        let queue = self.queue
        guard ownThread else {
            thread = nil
            return
        }
        thread = start("store-commit") {
            let session = PluginSession(store)
            while let group = queue.nextMany(limit: Self.groupLimit, weight: Self.groupBytes, of: \.bytes) {
                Self.commit(group, session)
            }
            session.close()
        }
    }

    /// Threads nobody waited for end by themselves.
    deinit {
        if queue.close(), let thread { pthread_detach(thread) }
    }

    /// How many batches wait for their turn.
    var waiting: Int { queue.count }

    /// Returns when the batch is committed. A batch whose caller is cancelled while it still waits is not committed; one that is under
    /// way, or must be settled (not `cancellable`), is waited for.
    func commit(
        _ batch: Batch, stamp: Int64, bytes: Int, deadline: UInt64, cancellable: Bool
    ) async throws(StorageError) {
        let answer = PendingAnswer<Void>()
        let entry = Entry(
            batch: StampedBatch(batch: batch, stamp: stamp), bytes: bytes, deadline: deadline, answer: answer)
        let result: Result<Void, StorageError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.wait(continuation)
                add(entry)
            }
        } onCancel: {
            if cancellable { answer.withdraw(.cancelled) }
        }
        try result.get()
    }

    private func add(_ entry: Entry) {
        guard queue.add(entry) else { return entry.answer.settle(.failure(.closed)) }
        guard thread == nil else { return }
        // Each batch brings a job, and each job commits all that wait, so the later of them may find nothing.
        let isAccepted = sessions.add { [queue] session in
            if let group = queue.takeMany(limit: Self.groupLimit, weight: Self.groupBytes, of: \.bytes) {
                Self.commit(group, session)
            }
        }
        if !isAccepted { refuseAll() }
    }

    private func refuseAll() {
        while let group = queue.takeMany(limit: Self.groupLimit, weight: .max, of: \.bytes) {
            for entry in group { entry.answer.settle(.failure(.closed)) }
        }
    }

    private static func commit(_ group: [Entry], _ session: PluginSession) {
        let now = PluginCall.monotonicNow()
        let due = group.filter { entry in
            guard entry.answer.take() else { return false }
            if entry.deadline > now { return true }
            entry.answer.settle(.failure(.late))
            return false
        }
        if due.isEmpty { return }
        do throws(StorageError) {
            let errors = try session.commit(due.map(\.batch), CallBounds())
            for (entry, error) in zip(due, errors) {
                entry.answer.settle(error.map { .failure($0) } ?? .success(()))
            }
        } catch {
            for entry in due { entry.answer.settle(.failure(error)) }
        }
    }

    /// Waits until everything is committed. Blocks. Without a thread of its own, what waits is committed before the sessions close.
    func shutdown() {
        if queue.close(), let thread { pthread_join(thread, nil) }
    }
}
