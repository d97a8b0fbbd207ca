internal import CVaisPlugin
internal import Glibc

/// Makes plugin calls, each with a deadline and a place for its error, and turns failures into `StorageError`s. Belongs to one thread;
/// its memory is used for one call after the other.
struct PluginCall: ~Copyable {
    private let gate: PluginGate
    private let error = UnsafeMutablePointer<vais_error>.allocate(capacity: 1)
    private let message = UnsafeMutablePointer<CChar>.allocate(capacity: Self.capacity)

    private static let capacity = 1024

    /// `gate`: what the plugin's thread model asks for.
    init(_ gate: PluginGate) {
        self.gate = gate
        error.initialize(to: vais_error())
    }

    deinit {
        error.deallocate()
        message.deallocate()
    }

    /// Statuses in `accepted` are answers; all else is thrown. `action` begins the sentence: "cannot commit". `mayLand`: whether the call
    /// changes what is stored.
    @discardableResult
    func run(
        _ action: String, timeout: Duration, accepted: [vais_status] = [], mayLand: Bool = false,
        _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
    ) throws(StorageError) -> vais_status {
        try run(
            action, CallBounds.Limits(deadline: Self.deadline(in: timeout)), accepted: accepted, mayLand: mayLand, body)
    }

    @discardableResult
    func run(
        _ action: String, _ limits: CallBounds.Limits, accepted: [vais_status] = [], mayLand: Bool = false,
        _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
    ) throws(StorageError) -> vais_status {
        error.pointee = vais_error()
        error.pointee.struct_size = size(vais_error.self)
        error.pointee.message = message
        error.pointee.message_capacity = UInt32(Self.capacity)
        var call = vais_call()
        call.struct_size = size(vais_call.self)
        call.deadline = limits.deadline
        call.cancelled = limits.cancelled
        call.error = error
        let status: vais_status
        do throws(PluginGate.Refusal) {
            status = try gate.call(action, deadline: limits.deadline, mayLand: mayLand) {
                limits.reachable { withUnsafeMutablePointer(to: &call, body) }
            }
        } catch {
            throw StorageError(error == .late ? .timeout : .unavailable, "\(action): \(error.reason)")
        }
        if status == VAIS_OK || accepted.contains(status) { return status }
        throw failure(status, action)
    }

    /// What the last call said about its failure.
    func failure(_ status: vais_status, _ action: String) -> StorageError {
        // The buffer is ours, whatever the plugin may have written over its address and capacity.
        let count = Int(min(error.pointee.message_size, UInt64(Self.capacity)))
        let said = plainText(String(decoding: UnsafeRawBufferPointer(start: message, count: count), as: UTF8.self))
        return StorageError(
            status: status, action: action, said: said,
            place: StorageError.place(error.pointee.place, error.pointee.position))
    }

    /// The moment `timeout` from now, in nanoseconds of CLOCK_MONOTONIC.
    static func deadline(in timeout: Duration) -> UInt64 {
        let (end, overflows) = monotonicNow().addingReportingOverflow(timeout.nanoseconds)
        return overflows ? .max : end
    }

    static func monotonicNow() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}

extension StorageError {
    init(status: vais_status, action: String, said: String = "", place: Place? = nil) {
        let (code, reason) = Self.meaning(of: status)
        self.init(code, "\(action): \(said.isEmpty ? reason : said)", place: place)
    }

    static func place(_ place: UInt32, _ position: UInt32) -> Place? {
        switch place {
        case VAIS_AT_GUARD: .requirement(Int(position))
        case VAIS_AT_OP: .operation(Int(position))
        default: nil
        }
    }

    /// The ABI's statuses in our terms. One that is not known is the plugin's fault.
    static func meaning(of status: vais_status) -> (Code, String) {
        switch status {
        case VAIS_NOT_FOUND: (.notFound, "no such record")
        case VAIS_EXISTS: (.exists, "the record exists already")
        case VAIS_GUARD_FAILED: (.guardFailed, "a condition no longer holds")
        case VAIS_CONFLICT, VAIS_BUSY: (.busy, "the store is busy")
        case VAIS_TIMEOUT: (.timeout, "the store did not answer in time")
        case VAIS_CANCELLED: (.timeout, "cancelled")
        case VAIS_AMBIGUOUS: (.ambiguous, "it is not known whether the change was stored")
        case VAIS_UNAVAILABLE: (.unavailable, "the store cannot be reached")
        case VAIS_LIMIT: (.limit, "a limit of the store is exceeded")
        case VAIS_UNSUPPORTED: (.unsupported, "the store does not offer this")
        case VAIS_INVALID: (.failed, "the store found the call invalid")
        case VAIS_SCHEMA: (.schema, "the stored schema does not fit this program")
        case VAIS_CORRUPT: (.corrupt, "stored data is damaged")
        case VAIS_DENIED: (.denied, "the store refused access")
        case VAIS_NO_SPACE: (.noSpace, "no space left")
        default: (.failed, "the storage plugin failed with status \(status)")
        }
    }

    static let closed = StorageError(.unavailable, "the store is closed", hint: "the program is shutting down")
    static let noThreads = StorageError(
        .unavailable, "cannot start a thread for the store", hint: "raise the limit of processes (ulimit -u)")
    static let cancelled = StorageError(.timeout, "cancelled before the store had answered")
    static let late = StorageError(
        .timeout, "the store did not get to this in time", hint: "the store is overloaded; try again later")
}
