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
    }

    typealias Interrupt = @convention(c) (OpaquePointer?) -> Void

    let deadline: UInt64
    private let flag: UnsafeMutablePointer<Atomic<UInt32>>
    private let target = Mutex<UInt>(0)

    init(timeout: Duration = PluginCall.usualTimeout) {
        deadline = PluginCall.deadline(in: timeout)
        flag = .allocate(capacity: 1)
        flag.initialize(to: Atomic(0))
    }

    deinit { flag.deallocate() }

    var limits: Limits {
        // An atomic integer is laid out as the integer.
        Limits(
            deadline: deadline, cancelled: UnsafePointer(UnsafeRawPointer(flag).assumingMemoryBound(to: UInt32.self)))
    }

    var isCancelled: Bool { flag.pointee.load(ordering: .acquiring) != 0 }

    func cancel() { flag.pointee.store(1, ordering: .releasing) }

    /// Runs `body`, during which `interrupt` reaches `session`.
    func calling<T>(
        _ session: OpaquePointer, _ body: () throws(StorageError) -> T
    ) throws(StorageError) -> T {
        target.withLock { $0 = UInt(bitPattern: session) }
        defer { target.withLock { $0 = 0 } }
        return try body()
    }

    /// Interrupts the call if it is under way. The lock keeps its session from being closed, or used for another call, meanwhile.
    /// Blocks as long as the plugin does.
    func interrupt(_ function: Interrupt) {
        target.withLock { session in
            if let session = OpaquePointer(bitPattern: session) { function(session) }
        }
    }
}
