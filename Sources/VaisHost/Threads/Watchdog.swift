internal import Synchronization

/// One thread of the process that finds plugin calls which have not returned long after their deadlines.
///
/// It sleeps until the first moment at which a call under way could be overdue, and for ever when there is none, so a call costs no
/// timer: it says when it will be overdue, and wakes the watchdog only if that is earlier than what it waits for.
final class Watchdog: @unchecked Sendable {
    static let shared = Watchdog()

    private let monitor = Monitor()
    private var watched: [ObjectIdentifier: WatchedThread] = [:]
    private var isRunning = false
    /// CLOCK_MONOTONIC in nanoseconds. Never later than the moment any call is overdue that was begun since, or seen by, the last look.
    private let nextLook = Atomic<UInt64>(.max)

    func add(_ thread: WatchedThread) {
        monitor.withLock {
            watched[ObjectIdentifier(thread)] = thread
            if !isRunning, let handle = startThread("watchdog", { [self] in watch() }) {
                detach(handle)
                isRunning = true
            }
        }
    }

    func remove(_ thread: WatchedThread) { monitor.withLock { watched[ObjectIdentifier(thread)] = nil } }

    /// A call begins that is overdue at `moment`.
    func expect(_ moment: UInt64) {
        guard nextLook.load(ordering: .sequentiallyConsistent) > moment else { return }
        monitor.withLock {
            guard nextLook.load(ordering: .sequentiallyConsistent) > moment else { return }
            nextLook.store(moment, ordering: .sequentiallyConsistent)
            monitor.signal()
        }
    }

    private func watch() {
        while true {
            let threads = monitor.withLock {
                while case let due = nextLook.load(ordering: .sequentiallyConsistent), due > PluginCall.monotonicNow() {
                    _ = monitor.wait(until: due)
                }
                // Before the look: a call begun from now on says so itself, and one begun before is seen.
                nextLook.store(.max, ordering: .sequentiallyConsistent)
                return Array(watched.values)
            }
            for thread in threads { expect(thread.look()) }
        }
    }
}
