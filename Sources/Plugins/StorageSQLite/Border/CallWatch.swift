import CPluginSupport
import CVaisPlugin

/// What may end a call early: its deadline, its caller's cancel flag, and the interrupt flag of its session.
/// The empty watch never ends anything.
struct CallWatch {
    /// CLOCK_MONOTONIC in nanoseconds, 0 for never.
    var deadline: UInt64 = 0
    var cancelled: UnsafePointer<UInt32>?
    var interrupted: UnsafePointer<UInt32>?

    /// VAIS_CANCELLED or VAIS_TIMEOUT when the call should give up now, else nil.
    var verdict: vais_status? {
        if vais_flag_is_set(cancelled) != 0 || vais_flag_is_set(interrupted) != 0 { return VAIS_CANCELLED }
        if deadline != 0 && vais_monotonic_now() >= deadline { return VAIS_TIMEOUT }
        return nil
    }

    func check() throws(Failure) {
        guard let verdict else { return }
        throw Self.failure(verdict)
    }

    static func failure(_ verdict: vais_status) -> Failure {
        Failure(verdict, verdict == VAIS_TIMEOUT ? "the deadline passed" : "the call was cancelled")
    }
}

/// Runs the body of one call and turns what it throws into a status and a `vais_error`.
func answer(
    _ call: UnsafeMutablePointer<vais_call>?, interrupted: UnsafeMutablePointer<UInt32>? = nil,
    _ body: (CallWatch) throws(Failure) -> vais_status
) -> vais_status {
    guard let call, call.pointee.struct_size >= VAIS_CALL_SIZE_1_0 else { return VAIS_INVALID }
    do throws(Failure) {
        guard call.pointee.flags == 0 else { throw Failure(VAIS_UNSUPPORTED, "the call has flags unknown here") }
        let watch = CallWatch(
            deadline: call.pointee.deadline, cancelled: call.pointee.cancelled,
            interrupted: interrupted.map { UnsafePointer($0) })
        try watch.check()
        return try body(watch)
    } catch {
        error.report(to: call.pointee.error)
        return error.status
    }
}
