internal import Glibc

/// Threads that own one plugin session each and serve reads from a queue. Thread-safe.
final class SessionThreads: @unchecked Sendable {
    private typealias Job = (PluginSession) -> Void

    private let queue = ThreadQueue<Job>()
    private let threads: [pthread_t]

    init(_ store: PluginStore, count: Int) {
        let queue = self.queue
        threads = (0..<count).compactMap { number in
            startThread("store-\(number)") {
                let session = PluginSession(store)
                while let job = queue.next() { job(session) }
                session.close()
            }
        }
    }

    func run<T: Sendable>(_ work: @escaping @Sendable (PluginSession) throws(StorageError) -> T)
        async throws(StorageError) -> T
    {
        let result: Result<T, StorageError> = await withCheckedContinuation { continuation in
            let accepted = queue.add { session in
                do throws(StorageError) {
                    continuation.resume(returning: .success(try work(session)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !accepted { continuation.resume(returning: .failure(.closed)) }
        }
        return try result.get()
    }

    /// Waits until the queue is empty and every session is closed. Blocks.
    func shutdown() {
        queue.close()
        for thread in threads { pthread_join(thread, nil) }
    }
}

extension StorageError {
    static let closed = StorageError(.unavailable, "the store is closed")
}
