internal import Glibc
internal import Synchronization

/// Threads that do the same work and are watched. One that is stuck in a plugin call counts as lost, and is replaced for as long as no
/// more than `spares` are. When more are, those left are kept from the same fate: `shortage` says so until enough have come back.
///
/// Thread-safe. The threads keep this object alive.
final class WatchedThreads: @unchecked Sendable {
    private let monitor = Monitor()
    private var working = 0
    private var lost = 0
    /// Those that are no longer needed, and have not ended yet.
    private var leaving = 0
    private var started = 0
    private var isClosed = false
    private var lastStuck: StuckCall?
    private let isShort = Atomic<Bool>(false)

    private let name: String
    private let count: Int
    private let spares: Int
    private let begin: ThreadStarter
    private let work: (WatchedThread) -> Void
    /// Answers those who wait for a thread, when no more than a few are left.
    private let refuse: (StuckCall) -> Void

    /// `work` is a thread's life: it ends when `WatchedThread.work` answers false. Few threads, or none, start when the system has no more.
    init(
        _ name: String, count: Int, spares: Int, start: @escaping ThreadStarter = startThread,
        refuse: @escaping (StuckCall) -> Void, work: @escaping (WatchedThread) -> Void
    ) {
        self.name = name
        self.count = max(1, count)
        self.spares = spares
        begin = start
        self.work = work
        self.refuse = refuse
        isEmpty = monitor.withLock {
            for _ in 0..<self.count { startOne() }
            return started == 0
        }
    }

    /// Whether the system had not one thread to give.
    private(set) var isEmpty = true

    /// Why nothing new should be begun, nil when all is well.
    var shortage: StuckCall? {
        isShort.load(ordering: .acquiring)
            ? monitor.withLock { isShort.load(ordering: .relaxed) ? lastStuck : nil } : nil
    }

    /// To be called after something was queued: whoever found no shortage before may have queued it behind the last refusal.
    func refuseIfShort() {
        if let shortage { refuse(shortage) }
    }

    /// Waits until every thread has ended; false when some have not by `deadline` (CLOCK_MONOTONIC in nanoseconds), and are left alone.
    /// The caller has closed what they wait for.
    func join(until deadline: UInt64) -> Bool {
        monitor.withLock {
            isClosed = true
            while working + lost + leaving > 0 {
                if !monitor.wait(until: deadline) { return working + lost + leaving == 0 }
            }
            return true
        }
    }

    // MARK: For the watchdog and the threads

    /// A thread is stuck. `isLeaving`: it has been dismissed before.
    func lose(_ call: StuckCall, isLeaving: Bool) {
        let isShort = monitor.withLock {
            if isLeaving { leaving -= 1 } else { working -= 1 }
            lost += 1
            lastStuck = call
            if working < count && lost <= spares && !isClosed { startOne() }
            return noteShortage()
        }
        if isShort { refuse(call) }
    }

    /// A lost thread has returned.
    func takeBack(isLeaving: Bool) {
        monitor.withLock {
            lost -= 1
            if isLeaving { leaving += 1 } else { working += 1 }
            _ = noteShortage()
        }
    }

    /// Whether a thread that has been lost, and is done with its job, is one too many: then it is to end, and counts no longer.
    func dismiss() -> Bool {
        monitor.withLock {
            guard working > count else { return false }
            working -= 1
            leaving += 1
            return true
        }
    }

    /// Within the lock.
    private func noteShortage() -> Bool {
        let result = lost > spares || working == 0
        isShort.store(result, ordering: .releasing)
        return result
    }

    /// Within the lock.
    private func startOne() {
        let number = started
        let thread = begin(count == 1 ? name : "\(name)-\(number)") { [self] in
            let thread = WatchedThread(self)
            thread.live(work)
            monitor.withLock {
                if thread.isLeaving { leaving -= 1 } else { working -= 1 }
                monitor.broadcast()
            }
        }
        guard let thread else { return }
        detach(thread)
        started += 1
        working += 1
    }
}

/// The thread ends by itself.
func detach(_ thread: pthread_t) { pthread_detach(thread) }
