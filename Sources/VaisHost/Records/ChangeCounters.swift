internal import Synchronization

/// How many batches wrote to each collection. Thread-safe.
final class ChangeCounters: Sendable {
    private let counts = Mutex<[UInt32: Int]>([:])

    func note(_ collections: Set<UInt32>) {
        counts.withLock { counts in
            for collection in collections { counts[collection, default: 0] += 1 }
        }
    }

    func count(_ collection: UInt32) -> Int { counts.withLock { $0[collection] ?? 0 } }
}
