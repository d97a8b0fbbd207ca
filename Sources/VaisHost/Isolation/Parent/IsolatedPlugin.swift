internal import Glibc

/// A plugin in a process of its own, started when it is needed and again after it has ended. Thread-safe; blocks while it starts one.
///
///     none ─ running() ─▶ starting ─▶ running ── the process ends ─▶ none
///                            └── refused, crashed: that error for everybody who waits
final class IsolatedPlugin<Listener: ChildListener>: Sendable {
    struct Running: Sendable {
        let child: PluginChild
        let listener: Listener
    }

    let kind: PluginKind
    let limits: IsolationLimits
    private let configuration: PluginConfiguration
    private let program: ChildProgram
    private let makeListener: @Sendable () -> Listener
    private let monitor = Monitor()
    private nonisolated(unsafe) var state: State

    private struct State {
        var running: Running?
        var isStarting = false
        /// How many starts have failed, and why the last did.
        var failures: UInt64 = 0
        var failure: PluginError?
        var pace: StartPace
        var isClosed = false
    }

    init(
        _ kind: PluginKind, _ configuration: PluginConfiguration, _ program: ChildProgram, _ limits: IsolationLimits,
        _ makeListener: @escaping @Sendable () -> Listener
    ) {
        self.kind = kind
        self.configuration = configuration
        self.program = program
        self.limits = limits
        self.makeListener = makeListener
        state = State(pace: StartPace(limits))
    }

    deinit { state.running?.child.close() }

    /// The process as it is, or a new one.
    func running() throws(PluginError) -> Running {
        if let running = try current() { return running }
        let result: Result<Running, PluginError>
        do throws(PluginError) { result = .success(try start()) } catch { result = .failure(error) }
        let isClosed = monitor.withLock {
            state.isStarting = false
            switch result {
            case .success(let running):
                state.running = running
                state.failure = nil
            case .failure(let error):
                state.failures += 1
                state.failure = error
            }
            monitor.broadcast()
            return state.isClosed
        }
        let running = try result.get()
        if isClosed { running.child.close() }
        return running
    }

    /// Nil: the caller is to start one. Waits for another caller who does.
    private func current() throws(PluginError) -> Running? {
        let answer: Result<Running?, PluginError> = monitor.withLock {
            let failures = state.failures
            while state.isStarting {
                monitor.wait()
                if state.failures != failures, let failure = state.failure { return .failure(failure) }
            }
            if state.isClosed { return .failure(PluginError(.failed, "the \(kind.rawValue) plugin is closed")) }
            if let running = state.running {
                guard let failure = running.child.failure else { return .success(running) }
                state.running = nil
                state.failure = failure
            }
            if let wait = state.pace.start(at: PluginCall.monotonicNow()) {
                return .failure(tooOften(wait))
            }
            state.isStarting = true
            return .success(nil)
        }
        return try answer.get()
    }

    private func tooOften(_ wait: UInt64) -> PluginError {
        let last = state.failure?.message ?? "its process has ended too often"
        return PluginError(
            .unavailable,
            "the \(kind.rawValue) plugin is not started again for \(wait / 1_000_000_000 + 1) s, since it was started \(limits.starts) "
                + "times within \(limits.period.words). The last time: \(last)",
            hint: state.failure?.hint ?? "`vais plugin check` looks for what is wrong with it")
    }

    /// Every check is made anew: the file may have changed since the last start.
    private func start() throws(PluginError) -> Running {
        let choice = try configuration.choice(kind)
        let path = try PluginSearch.path(of: choice, in: configuration.search)
        let file = try PluginFile.checking(
            path, for: choice, requirePins: configuration.requirePins, hashing: true)
        let listener = makeListener()
        let job = ChildJob(choice: choice, file: file, program: program, limits: limits)
        return Running(child: try PluginChild.start(job, listener), listener: listener)
    }

    /// Ends the process, and starts no other. Calls afterwards fail.
    func close(whenEnded: @escaping @Sendable () -> Void) {
        let child = monitor.withLock {
            state.isClosed = true
            return state.running?.child
        }
        if let child { child.close(whenEnded: whenEnded) } else { whenEnded() }
    }
}
