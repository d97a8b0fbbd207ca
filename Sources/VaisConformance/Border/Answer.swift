internal import CVaisPlugin
internal import Glibc

/// What a call answered: its status and what it wrote to `vais_error`.
struct Answer: Sendable, CustomStringConvertible {
    var status: vais_status
    var place: UInt32 = VAIS_AT_NOTHING
    var position: UInt32 = 0
    var message = ""

    var isOK: Bool { status == VAIS_OK }

    var description: String {
        var text = statusName(status)
        if place == VAIS_AT_GUARD { text += " at guard \(position)" }
        if place == VAIS_AT_OP { text += " at operation \(position)" }
        return message.isEmpty ? text : "\(text) (\(message))"
    }
}

/// The bounds of one call.
struct CallOptions {
    /// CLOCK_MONOTONIC in nanoseconds; 0 is never.
    var deadline: UInt64 = 0
    var cancelled: UnsafePointer<UInt32>?
    var flags: UInt32 = 0

    static var plain: CallOptions { CallOptions() }
    /// A flag no version of the ABI has.
    static var unknownFlag: CallOptions { CallOptions(flags: 1 << 30) }
    /// A deadline that passed long ago.
    static var expired: CallOptions { CallOptions(deadline: 1) }
}

/// Makes a call with room for an error message, and reads the answer.
func calling(_ options: CallOptions = .plain, _ body: (UnsafeMutablePointer<vais_call>) -> vais_status) -> Answer {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
        var error = vais_error()
        error.struct_size = size(of: vais_error.self)
        error.message = message.baseAddress
        error.message_capacity = UInt32(message.count)
        return withUnsafeMutablePointer(to: &error) { error in
            var call = vais_call(
                struct_size: size(of: vais_call.self), flags: options.flags, deadline: options.deadline,
                cancelled: options.cancelled, error: error)
            let status = body(&call)
            let written = min(Int(clamping: error.pointee.message_size), message.count)
            let text = String(
                decoding: UnsafeRawBufferPointer(start: message.baseAddress, count: written), as: UTF8.self)
            return Answer(status: status, place: error.pointee.place, position: error.pointee.position, message: text)
        }
    }
}

func monotonicNow() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

func statusName(_ status: vais_status) -> String {
    let names = [
        "OK", "DONE", "NOT_FOUND", "EXISTS", "GUARD_FAILED", "CONFLICT", "BUSY", "TIMEOUT", "CANCELLED", "AMBIGUOUS",
        "UNAVAILABLE", "LIMIT", "UNSUPPORTED", "INVALID", "SCHEMA", "CORRUPT", "DENIED", "NO_SPACE", "INTERNAL",
    ]
    return names.indices.contains(Int(status)) ? names[Int(status)] : "unknown status \(status)"
}
