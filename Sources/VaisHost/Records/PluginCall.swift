internal import CVaisPlugin
internal import Glibc

/// Makes one plugin call with a deadline and a place for its error, and turns a failure into a `StorageError`.
struct PluginCall: ~Copyable {
    private let message: UnsafeMutablePointer<CChar>
    private let gate: PluginGate
    private static let capacity = 1024

    init(_ gate: PluginGate) {
        self.gate = gate
        message = .allocate(capacity: Self.capacity)
    }

    deinit { message.deallocate() }

    /// Statuses in `accepted` are answers; all else is thrown. `action` begins the sentence: "cannot commit".
    @discardableResult
    func run(
        _ action: String, timeout: Duration = .seconds(30), accepted: [vais_status] = [],
        _ body: (UnsafeMutablePointer<vais_call>) throws(StorageError) -> vais_status
    ) throws(StorageError) -> vais_status {
        var error = vais_error()
        error.struct_size = size(vais_error.self)
        error.message = message
        error.message_capacity = UInt32(Self.capacity)
        var call = vais_call()
        call.struct_size = size(vais_call.self)
        call.deadline = Self.monotonicNow() &+ UInt64(timeout / .nanoseconds(1))
        let status: vais_status
        do {
            status = try withUnsafeMutablePointer(to: &error) { pointer throws(StorageError) in
                call.error = pointer
                return try withUnsafeMutablePointer(to: &call) { call throws(StorageError) in
                    try gate.run { () throws(StorageError) in try body(call) }
                }
            }
        }
        if status == VAIS_OK || accepted.contains(status) { return status }
        throw StorageError(status: status, action: action, error: error)
    }

    static func monotonicNow() -> UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }
}

extension StorageError {
    init(status: vais_status, action: String, error: vais_error) {
        let count = Int(min(error.message_size, UInt64(error.message_capacity)))
        let said = error.message.map {
            String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self)
        }
        let (code, reason) = Self.meaning(of: status)
        self.init(
            code, "\(action): \(said.flatMap { $0.isEmpty ? nil : $0 } ?? reason)",
            place: Self.place(error.place, error.position))
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
}
