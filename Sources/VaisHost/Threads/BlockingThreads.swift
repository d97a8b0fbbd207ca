/// The system had no thread to give.
struct NoThreads: Error {}

/// Calls are refused, since too many are stuck.
struct ThreadsStuck: Error {
    var call: StuckCall
}

/// A few threads of our own for calls that block. Swift's cooperative pool is only as wide as the machine has cores, so one
/// plugin call that waits for a disk there would hold up every task; here it holds up nothing but this queue.
///
/// Thread-safe. Work runs in the order it was given, as many at once as there are threads.
package final class BlockingThreads: Sendable {
    private let queue: ThreadQueue<BlockingJob>
    private let threads: WatchedThreads

    /// Starts `count` threads (at least one) of 1 MiB stack. As many more replace those that a plugin does not give back.
    package init(count: Int, name: String) {
        let queue = ThreadQueue<BlockingJob>()
        self.queue = queue
        threads = WatchedThreads(
            name, count: count, spares: max(1, count),
            refuse: { stuck in
                while let jobs = queue.takeMany(limit: .max, weight: .max, of: { _ in 0 }) {
                    for job in jobs { job.refuse(ThreadsStuck(call: stuck)) }
                }
            },
            work: { thread in
                while let job = queue.next() {
                    guard thread.work(on: job, { job.run() }) else { break }
                }
            })
    }

    /// The threads end by themselves once the queue is empty.
    deinit { queue.close() }

    /// Runs `work` on one of the threads and waits for it without blocking the caller's thread. Throws `NoThreads` when the system had
    /// none for us, `CancellationError` after `shutdown`; `StuckCall` when a plugin call in it does not return, and `ThreadsStuck` while
    /// too many do not. Then `work` may still be under way, and keeps what it has captured.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let job = BlockingJob(continuation, work)
            if threads.isEmpty { return job.refuse(NoThreads()) }
            if let stuck = threads.shortage { return job.refuse(ThreadsStuck(call: stuck)) }
            if !queue.add(job) { job.refuse(CancellationError()) }
            threads.refuseIfShort()
        }
    }

    /// Runs `work` at some time, with nobody waiting for it; not at all after `shutdown`.
    func runLater(_ work: @escaping @Sendable () -> Void) { _ = queue.add(BlockingJob(work)) }

    /// Lets the threads end once the queue is empty, and waits for them until `deadline` (CLOCK_MONOTONIC in nanoseconds): false when
    /// some had not ended then. Blocks; nothing may be added afterwards.
    @discardableResult
    package func shutdown(until deadline: UInt64 = .max) -> Bool {
        queue.close()
        return threads.join(until: deadline)
    }
}
