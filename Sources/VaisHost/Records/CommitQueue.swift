internal import Glibc

/// One thread that commits what has piled up while it was committing, all of it with one durable write where the plugin can. Under
/// load the cost of making a change durable is shared; alone, a change waits for nobody. Thread-safe.
final class CommitQueue: @unchecked Sendable {
    private struct Entry {
        let batch: Batch
        let stamp: Int64
        let finish: (StorageError?) -> Void
    }

    /// At most so many batches share a write, so that one caller's wait stays short.
    private static let groupLimit = 256

    private let queue = ThreadQueue<Entry>()
    private let thread: pthread_t?

    init(_ store: PluginStore) {
        let queue = self.queue
        thread = startThread("store-commit") {
            let session = PluginSession(store)
            while true {
                let group = queue.nextMany(limit: Self.groupLimit)
                if group.isEmpty { break }
                do throws(StorageError) {
                    let errors = try session.commitMany(group.map { ($0.batch, $0.stamp) })
                    for (entry, error) in zip(group, errors) { entry.finish(error) }
                } catch {
                    for entry in group { entry.finish(error) }
                }
            }
            session.close()
        }
    }

    func commit(_ batch: Batch, stamp: Int64) async throws(StorageError) {
        let error: StorageError? = await withCheckedContinuation { continuation in
            let entry = Entry(batch: batch, stamp: stamp) { continuation.resume(returning: $0) }
            if thread == nil || !queue.add(entry) { continuation.resume(returning: .closed) }
        }
        if let error { throw error }
    }

    /// Waits until everything is committed. Blocks.
    func shutdown() {
        queue.close()
        if let thread { pthread_join(thread, nil) }
    }
}
