/// A batch in the queue.
struct QueuedBatch: Sendable {
    let batch: StampedBatch
    /// Of its values.
    let bytes: Int
    let deadline: UInt64
    let answer = PendingAnswer<Void>()

    init(_ batch: StampedBatch, bytes: Int, deadline: UInt64) {
        self.batch = batch
        self.bytes = bytes
        self.deadline = deadline
    }
}

/// Batches that are committed together.
final class CommitGroup: WatchedJob {
    private let batches: [QueuedBatch]
    private let bounds: CallBounds
    private let sessions: SessionThreads

    init(_ batches: [QueuedBatch], _ sessions: SessionThreads, _ patience: Patience) {
        // Whoever was cancelled, or has waited too long, is left out: nothing of it has begun.
        let now = PluginCall.monotonicNow()
        self.batches = batches.filter { entry in
            guard entry.answer.take() else { return false }
            if entry.deadline > now { return true }
            entry.answer.settle(.failure(.late))
            return false
        }
        self.sessions = sessions
        // As long as the most patient of them waits; each is told by itself when its own time is over before it begins.
        let most = PluginCall.deadline(in: patience.call)
        bounds = CallBounds(deadline: min(most, self.batches.map(\.deadline).max() ?? most))
    }

    func run(_ session: PluginSession) {
        if batches.isEmpty { return }
        do throws(StorageError) {
            let errors = try session.commit(batches.map(\.batch), bounds)
            for (entry, error) in zip(batches, errors) {
                entry.answer.settle(error.map { .failure($0) } ?? .success(()))
            }
        } catch {
            for entry in batches { entry.answer.settle(.failure(error)) }
        }
    }

    /// Some may have been committed, and the call may still commit the rest. It is interrupted, though that may come too late.
    func giveUp(_ call: StuckCall) {
        var call = call
        call.mayLand = true
        for entry in batches { entry.answer.settle(.failure(.stuck(call))) }
        sessions.interrupt(bounds)
    }
}
