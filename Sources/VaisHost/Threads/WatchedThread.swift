internal import Glibc
internal import Synchronization

/// What the watchdog knows of one thread that makes plugin calls. The thread itself enters and leaves calls; the watchdog looks.
final class WatchedThread: Sendable {
    /// A plugin call under way.
    struct Call: Sendable {
        var gate: PluginGate
        var action: String
        var mayLand: Bool
    }

    private struct State: Sendable {
        var call: Call?
        var job: (any WatchedJob)?
        var isStuck = false
        /// Back from being stuck, and replaced meanwhile.
        var isSpare = false
    }

    private let state = Mutex(State())
    /// When the call under way is overdue: CLOCK_MONOTONIC in nanoseconds, `.max` when there is none.
    private let overdue = Atomic<UInt64>(.max)
    private let crew: WatchedThreads

    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        pthread_key_create(&key, nil)
        return key
    }()

    /// This thread's own; nil on a thread that is none of `WatchedThreads`.
    static var current: WatchedThread? {
        pthread_getspecific(key).map { Unmanaged<WatchedThread>.fromOpaque($0).takeUnretainedValue() }
    }

    init(_ crew: WatchedThreads) { self.crew = crew }

    /// Runs a thread's life, during which this is `current` and watched.
    func live(_ work: (WatchedThread) -> Void) {
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        Watchdog.shared.add(self)
        work(self)
        Watchdog.shared.remove(self)
        pthread_setspecific(Self.key, nil)
    }

    /// Does one job, which is given up should one of its plugin calls get stuck. False when the thread is no longer needed afterwards.
    func work(on job: any WatchedJob, _ body: () -> Void) -> Bool {
        state.withLock { $0.job = job }
        body()
        return state.withLock { state in
            state.job = nil
            return !state.isSpare
        }
    }

    func enter(_ call: Call, overdue moment: UInt64) {
        state.withLock { $0.call = call }
        overdue.store(moment, ordering: .sequentiallyConsistent)
        Watchdog.shared.expect(moment)
    }

    func leave() {
        overdue.store(.max, ordering: .relaxed)
        let stuck: Call? = state.withLock { state in
            defer {
                state.call = nil
                state.isStuck = false
            }
            return state.isStuck ? state.call : nil
        }
        guard let stuck else { return }
        stuck.gate.returned(stuck.action)
        if !crew.takeBack() { state.withLock { $0.isSpare = true } }
    }

    /// Gives up the call if it is overdue. Answers when to look again.
    func look() -> UInt64 {
        let moment = overdue.load(ordering: .sequentiallyConsistent)
        guard moment <= PluginCall.monotonicNow() else { return moment }
        var found: (call: StuckCall, gate: PluginGate, job: (any WatchedJob)?)?
        state.withLock { state in
            // It may have returned, and another begun, since.
            guard let call = state.call, !state.isStuck, overdue.load(ordering: .sequentiallyConsistent) == moment
            else { return }
            state.isStuck = true
            overdue.store(.max, ordering: .sequentiallyConsistent)
            found = (
                StuckCall(plugin: call.gate.plugin, action: call.action, mayLand: call.mayLand), call.gate, state.job
            )
            state.job = nil
        }
        guard let found else { return overdue.load(ordering: .sequentiallyConsistent) }
        // In this order: whoever is told tries again, and should meet a thread that is free, or a refusal.
        found.gate.stuck(found.call)
        crew.lose(found.call)
        found.job?.giveUp(found.call)
        return .max
    }
}
