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

        /// Makes the call, during which an interrupt reaches its session.
        func reachable<T>(_ body: () -> T) -> T {
            guard let target else { return body() }
            target.bounds.target.withLock { $0 = UInt(bitPattern: target.session) }
            // Waits for an interrupt under way.
            defer { target.bounds.target.withLock { $0 = 0 } }
            return body()
        }
    }

    typealias Interrupt = @convention(c) (OpaquePointer?) -> Void

    let deadline: UInt64
    private let flag: UnsafeMutablePointer<Atomic<UInt32>>
    private let target = Mutex<UInt>(0)

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

    /// Interrupts the call if it is under way. The lock keeps its session from being closed, or used for another call, meanwhile.
    /// Blocks as long as the plugin does.
    func interrupt(_ function: Interrupt) {
        target.withLock { session in
            if let session = OpaquePointer(bitPattern: session) { function(session) }
        }
    }
}
