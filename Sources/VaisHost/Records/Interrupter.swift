internal import CVaisPlugin

/// Interrupts calls whose callers have given up, on a thread of its own: an interrupt may take a round trip to the backend. One that does
/// not return costs a thread, as any plugin call does; another takes its place, and after that one too is stuck, calls are told to end by
/// their cancel flags alone. Thread-safe.
final class Interrupter: Sendable {
    /// Beyond so many that wait, calls have their cancel flags only.
    private static let mostWaiting = 1024

    private let queue: ThreadQueue<CallBounds>
    private let threads: WatchedThreads

    /// Nil when the plugin has no interrupt, allows one call at a time in the process, or no thread is to be had.
    init?(_ store: PluginStore, start: @escaping ThreadStarter) {
        guard !store.gate.isNarrow, let interrupt = store.table.session_interrupt else { return nil }
        let queue = ThreadQueue<CallBounds>()
        self.queue = queue
        threads = WatchedThreads(
            "store-interrupt", count: 1, spares: 1, start: start,
            refuse: { _ in while queue.takeMany(limit: .max, weight: .max, of: { _ in 0 }) != nil {} },
            work: { thread in
                while let call = queue.next() {
                    guard thread.work(on: NobodyWaits.job, { call.interrupt(in: store, by: interrupt) }) else { break }
                }
            })
        if threads.isEmpty { return nil }
    }

    /// The threads end by themselves once the queue is empty.
    deinit { queue.close() }

    /// How many calls wait to be interrupted.
    var waiting: Int { queue.count }

    /// Interrupts the call soon, if it is still under way then.
    func add(_ call: CallBounds) {
        guard threads.shortage == nil, queue.count < Self.mostWaiting else { return }
        _ = queue.add(call)
        threads.refuseIfShort()
    }

    /// Waits until what is queued is done, at most until `deadline`; false when an interrupt was still under way then. Blocks.
    func shutdown(until deadline: UInt64) -> Bool {
        queue.close()
        return threads.join(until: deadline)
    }
}

/// Whose call is interrupted has been told already.
private final class NobodyWaits: WatchedJob {
    static let job = NobodyWaits()

    func giveUp(_ call: StuckCall) {}
}

/// One interrupt under way, between the thread that makes it and that of the call in the same session. Thread-safe.
final class Interruption: @unchecked Sendable {
    private let monitor = Monitor()
    private let deadline: UInt64
    private var isOver = false
    private var isLeft = false

    /// `deadline`: how long the call's thread waits for it, in nanoseconds of CLOCK_MONOTONIC.
    init(deadline: UInt64) { self.deadline = deadline }

    /// For the call's thread: true when the interrupt has returned. False when it has not in time: then the session belongs to whoever
    /// makes the interrupt.
    func wait() -> Bool {
        monitor.withLock {
            while !isOver && monitor.wait(until: deadline) {}
            isLeft = !isOver
            return isOver
        }
    }

    /// For the interrupting thread, when the interrupt has returned: whether the session has been left to it.
    func finish() -> Bool {
        monitor.withLock {
            isOver = true
            monitor.signal()
            return isLeft
        }
    }
}
