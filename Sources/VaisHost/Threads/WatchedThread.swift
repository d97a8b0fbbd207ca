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
        /// Back from being stuck: another may have taken its place.
        var hasBeenLost = false
        /// No longer needed, and about to end.
        var isLeaving = false
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
            guard state.hasBeenLost else { return true }
            state.hasBeenLost = false
            state.isLeaving = crew.dismiss()
            return !state.isLeaving
        }
    }

    var isLeaving: Bool { state.withLock { $0.isLeaving } }

    func enter(_ call: Call, overdue moment: UInt64) {
        state.withLock { $0.call = call }
        overdue.store(moment, ordering: .sequentiallyConsistent)
        Watchdog.shared.expect(moment)
    }

    func leave() {
        overdue.store(.max, ordering: .relaxed)
        state.withLock { state in
            defer {
                state.call = nil
                state.isStuck = false
            }
            guard state.isStuck, let call = state.call else { return }
            call.gate.returned(call.action)
            crew.takeBack(isLeaving: state.isLeaving)
            state.hasBeenLost = true
        }
    }

    /// Gives up the call if it is overdue. Answers when to look again.
    func look() -> UInt64 {
        let moment = overdue.load(ordering: .sequentiallyConsistent)
        guard moment <= PluginCall.monotonicNow() else { return moment }
        var found: (call: StuckCall, job: (any WatchedJob)?)?
        state.withLock { state in
            // It may have returned, and another begun, since.
            guard let call = state.call, !state.isStuck, overdue.load(ordering: .sequentiallyConsistent) == moment
            else { return }
            state.isStuck = true
            overdue.store(.max, ordering: .sequentiallyConsistent)
            let stuck = StuckCall(plugin: call.gate.plugin, action: call.action, mayLand: call.mayLand)
            found = (stuck, state.job)
            state.job = nil
            // Within the lock, so that a thread which comes back at this moment is taken back after it was lost, not before.
            call.gate.stuck(stuck)
            crew.lose(stuck, isLeaving: state.isLeaving)
        }
        guard let found else { return overdue.load(ordering: .sequentiallyConsistent) }
        // Last: whoever is told tries again, and should meet a thread that is free, or a refusal.
        found.job?.giveUp(found.call)
        return .max
    }
}
