internal import CVaisPlugin

/// Threads that own one plugin session each and serve calls from a queue. Thread-safe.
final class SessionThreads: Sendable {
    private let queue: ThreadQueue<any SessionJob>
    private let threads: WatchedThreads
    private let patience: Patience
    let interrupter: Interrupter?

    /// `spares`: how many threads, with a session each, may replace those that are stuck. Throws when not even one thread can be had.
    init(_ store: PluginStore, count: Int, spares: Int, start: @escaping ThreadStarter = startThread)
        throws(StorageError)
    {
        let queue = ThreadQueue<any SessionJob>()
        self.queue = queue
        patience = store.gate.patience
        threads = WatchedThreads(
            "store", count: count, spares: spares, start: start,
            refuse: { stuck in
                while let jobs = queue.takeMany(limit: .max, weight: .max, of: { _ in 0 }) {
                    for job in jobs { job.refuse(.notAnswering(stuck)) }
                }
            },
            work: { thread in
                let session = PluginSession(store)
                while let job = queue.next() {
                    guard thread.work(on: job, { job.run(session) }) else { break }
                }
                session.close()
            })
        guard !threads.isEmpty else {
            interrupter = nil
            throw .noThreads
        }
        interrupter = Interrupter(store, start: start)
    }

    /// The threads end by themselves once the queue is empty.
    deinit { queue.close() }

    /// How many jobs wait for a thread.
    var waiting: Int { queue.count }

    /// Puts `job` at the end of the queue; it is refused when the threads are shutting down, or too many are stuck.
    func add(_ job: any SessionJob) {
        if let stuck = threads.shortage { return job.refuse(.notAnswering(stuck)) }
        guard queue.add(job) else { return job.refuse(.closed) }
        threads.refuseIfShort()
    }

    /// Tells a call under way to end.
    func interrupt(_ bounds: CallBounds) {
        bounds.cancel()
        interrupter?.add(bounds)
    }

    /// Runs `work` on one of the threads. A cancelled caller hears so at once: work not yet begun is left out, and a plugin call under
    /// way is told to end. Work that has to be done whatever its caller may want is not `cancellable`. The caller of a call that does
    /// not return, long after its deadline, hears so, too. `timeout`: the store's usual one, if nil.
    func run<T: Sendable>(
        timeout: Duration? = nil, cancellable: Bool = true,
        _ work: @escaping @Sendable (PluginSession, CallBounds) throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        let job = SessionCall(timeout: timeout ?? patience.call, threads: self, work)
        let result: Result<T, StorageError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                job.answer.wait(continuation)
                add(job)
            }
        } onCancel: {
            guard cancellable else { return }
            job.cancel()
        }
        return try result.get()
    }

    /// Waits until the queue is empty and every session is closed, at most until `deadline`; false when some calls were still under
    /// way then. Blocks.
    func shutdown(until deadline: UInt64) -> Bool {
        queue.close()
        let haveEnded = threads.join(until: deadline)
        return interrupter.map { $0.shutdown(until: deadline) && haveEnded } ?? haveEnded
    }
}
