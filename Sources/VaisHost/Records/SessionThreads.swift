internal import CVaisPlugin
internal import Glibc

/// Threads that own one plugin session each and serve calls from a queue. Thread-safe.
final class SessionThreads: @unchecked Sendable {
    typealias Job = (PluginSession) -> Void

    private let queue = ThreadQueue<Job>()
    private let threads: [pthread_t]
    /// Calls whose callers have given up, for a thread that interrupts them: to interrupt may take a round trip to the backend.
    private let given = ThreadQueue<CallBounds>()
    private let interrupter: pthread_t?

    /// Throws when not even one thread can be had.
    init(_ store: PluginStore, count: Int, start: ThreadStarter = startThread) throws(StorageError) {
        let queue = self.queue
        threads = (0..<max(1, count)).compactMap { number in
            start("store-\(number)") {
                let session = PluginSession(store)
                while let job = queue.next() { job(session) }
                session.close()
            }
        }
        guard !threads.isEmpty else {
            throw .noThreads
        }
        // A plugin that allows one call at a time in the process has the cancel flag only.
        let given = self.given
        let interrupt = store.gate.isNarrow ? nil : store.table.session_interrupt
        interrupter = interrupt.flatMap { interrupt in
            start("store-interrupt") {
                while let call = given.next() { call.interrupt(interrupt) }
            }
        }
    }

    /// Threads nobody waited for end by themselves.
    deinit {
        if queue.close() {
            for thread in threads { pthread_detach(thread) }
        }
        if given.close(), let interrupter { pthread_detach(interrupter) }
    }

    /// How many jobs wait for a thread.
    var waiting: Int { queue.count }

    /// Puts `job` at the end of the queue; false once the threads are shutting down.
    func add(_ job: @escaping Job) -> Bool { queue.add(job) }

    /// Runs `work` on one of the threads. A cancelled caller hears so at once: work not yet begun is left out, and a plugin call under
    /// way is told to end. Work that has to be done whatever its caller may want is not `cancellable`.
    func run<T: Sendable>(
        timeout: Duration = PluginCall.usualTimeout, cancellable: Bool = true,
        _ work: @escaping @Sendable (PluginSession, CallBounds) throws(StorageError) -> T
    ) async throws(StorageError) -> T {
        let bounds = CallBounds(timeout: timeout)
        let answer = PendingAnswer<T>()
        let result: Result<T, StorageError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                answer.wait(continuation)
                let isAccepted = queue.add { session in
                    guard answer.take() else { return }
                    guard bounds.deadline > PluginCall.monotonicNow() else { return answer.settle(.failure(.late)) }
                    do throws(StorageError) {
                        answer.settle(.success(try work(session, bounds)))
                    } catch {
                        answer.settle(.failure(error))
                    }
                }
                if !isAccepted { answer.settle(.failure(.closed)) }
            }
        } onCancel: {
            guard cancellable else { return }
            bounds.cancel()
            answer.settle(.failure(.cancelled))
            _ = given.add(bounds)
        }
        return try result.get()
    }

    /// Waits until the queue is empty and every session is closed. Blocks.
    func shutdown() {
        if queue.close() {
            for thread in threads { pthread_join(thread, nil) }
        }
        if given.close(), let interrupter { pthread_join(interrupter, nil) }
    }
}
