internal import CVaisPlugin
internal import Synchronization

/// How long one plugin call may take, and its caller's way to give it up. Thread-safe.
final class CallBounds: @unchecked Sendable {
    /// What a plugin is told.
    struct Limits {
        /// CLOCK_MONOTONIC in nanoseconds.
        var deadline: UInt64
        /// Non-zero once the caller has given up; lives as long as the `CallBounds` it comes from.
        var cancelled: UnsafePointer<UInt32>?
        /// Whom an interrupt is meant for.
        fileprivate var target: (bounds: CallBounds, session: OpaquePointer)?

        init(deadline: UInt64) { self.deadline = deadline }

        /// Makes the call, during which an interrupt reaches its session. Once the session has been left to an interrupt that does not
        /// return, no call is made in it, and VAIS_CANCELLED is the answer.
        func reachable(_ body: () -> vais_status) -> vais_status {
            guard let target else { return body() }
            guard target.bounds.begin(target.session) else { return VAIS_CANCELLED }
            defer { target.bounds.end() }
            return body()
        }
    }

    /// What an interrupt meets.
    private struct Target: Sendable {
        /// The address of the session of the call under way; 0 when there is none.
        var session: UInt = 0
        var interruption: Interruption?
        var isLeft = false
    }

    typealias Interrupt = @convention(c) (OpaquePointer?) -> Void

    let deadline: UInt64
    private let flag: UnsafeMutablePointer<Atomic<UInt32>>
    private let target = Mutex(Target())

    convenience init(timeout: Duration) { self.init(deadline: PluginCall.deadline(in: timeout)) }

    init(deadline: UInt64) {
        self.deadline = deadline
        flag = .allocate(capacity: 1)
        flag.initialize(to: Atomic(0))
    }

    deinit { flag.deallocate() }

    var limits: Limits {
        var limits = Limits(deadline: deadline)
        // An atomic integer is laid out as the integer.
        limits.cancelled = UnsafePointer(UnsafeRawPointer(flag).assumingMemoryBound(to: UInt32.self))
        return limits
    }

    /// For a call in `session`.
    func limits(in session: OpaquePointer) -> Limits {
        var limits = limits
        limits.target = (self, session)
        return limits
    }

    var isCancelled: Bool { flag.pointee.load(ordering: .acquiring) != 0 }

    func cancel() { flag.pointee.store(1, ordering: .releasing) }

    /// Whether the session of the last call belongs to an interrupt that has not returned, which closes it when it does.
    var isSessionLeft: Bool { target.withLock { $0.isLeft } }

    /// Interrupts the call if it is under way and not being interrupted already. Blocks as long as the plugin does; on a thread that is
    /// watched. The call, should it return first, waits a while, so that its session is neither closed nor used for another call
    /// meanwhile, then leaves the session to us.
    func interrupt(in store: PluginStore, by function: Interrupt) {
        let deadline = PluginCall.deadline(in: store.gate.patience.interrupt)
        let found: (session: UInt, interruption: Interruption)? = target.withLock { target in
            guard target.session != 0, target.interruption == nil else { return nil }
            let interruption = Interruption(deadline: deadline)
            target.interruption = interruption
            return (target.session, interruption)
        }
        guard let found, let session = OpaquePointer(bitPattern: found.session) else { return }
        // Refused only where one call is allowed at a time, and nothing is interrupted there.
        try? store.gate.call("cannot interrupt a call", deadline: deadline) { function(session) }
        target.withLock { $0.interruption = nil }
        if found.interruption.finish() { store.closeSession(session) }
    }

    private func begin(_ session: OpaquePointer) -> Bool {
        target.withLock { target in
            if target.isLeft { return false }
            target.session = UInt(bitPattern: session)
            return true
        }
    }

    private func end() {
        let interruption = target.withLock { target in
            target.session = 0
            return target.interruption
        }
        guard let interruption, !interruption.wait() else { return }
        target.withLock { $0.isLeft = true }
    }
}
