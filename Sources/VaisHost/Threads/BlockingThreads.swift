internal import Glibc

/// The system had no thread to give.
struct NoThreads: Error {}

/// A few threads of our own for calls that block. Swift's cooperative pool is only as wide as the machine has cores, so one
/// plugin call that waits for a disk there would hold up every task; here it holds up nothing but this queue.
///
/// Thread-safe. Work runs in the order it was given, as many at once as there are threads.
package final class BlockingThreads: @unchecked Sendable {
    private typealias Job = () -> Void

    private let state = ThreadQueue<Job>()
    private let threads: [pthread_t]

    /// Starts `count` threads (at least one) of 1 MiB stack.
    package init(count: Int, name: String) {
        let state = self.state
        threads = (0..<max(1, count)).compactMap { number in
            startThread("\(name)-\(number)") {
                while let job = state.next() { job() }
            }
        }
    }

    /// Threads nobody waited for end by themselves.
    deinit {
        if state.close() {
            for thread in threads { pthread_detach(thread) }
        }
    }

    /// Runs `work` on one of the threads and waits for it without blocking the caller's thread. Throws `NoThreads` when the system had
    /// none for us, `CancellationError` after `shutdown`.
    package func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            guard !threads.isEmpty else { return continuation.resume(throwing: NoThreads()) }
            let accepted = state.add { continuation.resume(with: Result { try work() }) }
            if !accepted { continuation.resume(throwing: CancellationError()) }
        }
    }

    /// Lets the threads end once the queue is empty, and waits for them. Blocks; nothing may be added afterwards.
    package func shutdown() {
        guard state.close() else { return }
        for thread in threads { pthread_join(thread, nil) }
    }
}
