import CDigestOpenSSL
import CPluginSupport

/// Contexts between two one-shot digests. A new context costs three allocations, more than hashing a short message
/// with it. Any thread.
struct SpareContexts {
    private static let capacity = 16
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let spare: UnsafeMutablePointer<OpaquePointer>
    private let count: UnsafeMutablePointer<Int>

    init() {
        lock = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        spare = .allocate(capacity: Self.capacity)
        count = .allocate(capacity: 1)
        count.initialize(to: 0)
    }

    func take() -> OpaquePointer? {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        guard count.pointee > 0 else { return nil }
        count.pointee -= 1
        return spare[count.pointee]
    }

    func put(_ context: OpaquePointer) {
        pthread_mutex_lock(lock)
        guard count.pointee < Self.capacity else {
            pthread_mutex_unlock(lock)
            EVP_MD_CTX_free(context)
            return
        }
        spare[count.pointee] = context
        count.pointee += 1
        pthread_mutex_unlock(lock)
    }
}

nonisolated(unsafe) let spareContexts = SpareContexts()
