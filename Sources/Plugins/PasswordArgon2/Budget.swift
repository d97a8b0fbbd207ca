import CPluginSupport
import CVaisPlugin

/// What the hashes of one hasher may take together. The host bounds how many run at once by what a new one costs; a stored hash made with
/// other parameters may cost more, so it waits here until there is room for it. Thread-safe.
final class Budget {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let freed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// KiB, and lanes.
    private var memory: UInt64
    private var lanes: UInt64

    /// Room for any one hash that is bearable, and for as many as fit beside it.
    init(_ settings: Settings) {
        memory = UInt64(max(settings.memoryLimit, settings.parameters.memory))
        lanes = UInt64(max(Settings.mostLanes, settings.parameters.lanes))
        pthread_mutex_init(mutex, nil)
        vais_monotonic_condition(freed)
    }

    deinit {
        pthread_cond_destroy(freed)
        pthread_mutex_destroy(mutex)
        freed.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` once there is room for what it takes. Waits until the call's deadline, in slices, so that a cancelled call leaves soon.
    func spend(
        _ cost: Parameters, _ call: UnsafeMutablePointer<vais_call>?, _ body: () -> vais_status
    ) -> vais_status {
        pthread_mutex_lock(mutex)
        while UInt64(cost.memory) > memory || UInt64(cost.lanes) > lanes {
            let isCancelled = vais_flag_is_set(call?.pointee.cancelled) != 0
            let deadline = call?.pointee.deadline ?? 0
            if isCancelled || deadline != 0 && vais_monotonic_now() >= deadline {
                pthread_mutex_unlock(mutex)
                if isCancelled { return VAIS_CANCELLED }
                return fail(call, VAIS_TIMEOUT, "other hashes took all the memory or threads there are for them")
            }
            vais_wait_until(freed, mutex, min(deadline == 0 ? .max : deadline, vais_monotonic_now() + 20_000_000))
        }
        memory -= UInt64(cost.memory)
        lanes -= UInt64(cost.lanes)
        pthread_mutex_unlock(mutex)
        let status = body()
        pthread_mutex_lock(mutex)
        memory += UInt64(cost.memory)
        lanes += UInt64(cost.lanes)
        pthread_cond_broadcast(freed)
        pthread_mutex_unlock(mutex)
        return status
    }
}
