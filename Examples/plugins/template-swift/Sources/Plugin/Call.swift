import CVais
import Synchronization

/// Why a call failed. `position` counts what `place` says (VAIS_AT_…).
struct Failure: Error {
    let status: vais_status
    var place: UInt32 = VAIS_AT_NOTHING
    var position: UInt32 = 0
    let text: StaticString

    init(_ status: vais_status, _ text: StaticString) {
        self.status = status
        self.text = text
    }

    func at(_ place: UInt32, _ position: Int) -> Failure {
        var failure = self
        failure.place = place
        failure.position = UInt32(position)
        return failure
    }
}

/// When to give up.
struct Watch {
    let call: UnsafeMutablePointer<vais_call>
    let session: Session?

    /// Throws when the caller no longer wants the answer. Ask now and then during long work; nothing may have been changed then.
    func check() throws(Failure) {
        if is_cancelled(call) != 0 || session?.state.load(ordering: .acquiring) == Session.interrupted {
            throw Failure(VAIS_CANCELLED, "the caller cancelled the call")
        }
        if call.pointee.deadline != 0 && monotonic_now() >= call.pointee.deadline {
            throw Failure(VAIS_TIMEOUT, "the call's deadline passed")
        }
    }
}

/// Makes a C answer of a Swift one: refuses flags, gives up in time, describes a failure.
///
/// What Swift traps on (overflow, an index out of range, no memory) ends the host's process: check what comes from outside.
func answer(
    _ call: UnsafeMutablePointer<vais_call>?, _ session: Session? = nil,
    _ body: (Watch) throws(Failure) -> vais_status
) -> vais_status {
    guard let call, call.pointee.struct_size >= VAIS_CALL_SIZE_1_0 else { return VAIS_INVALID }
    session?.state.store(Session.called, ordering: .releasing)
    defer { session?.state.store(Session.idle, ordering: .releasing) }
    do throws(Failure) {
        if call.pointee.flags != 0 {
            throw Failure(VAIS_UNSUPPORTED, "the call has flags this plugin does not know")
        }
        let watch = Watch(call: call, session: session)
        try watch.check()
        return try body(watch)
    } catch {
        describe(error, in: call.pointee.error)
        return error.status
    }
}

private func describe(_ failure: Failure, in error: UnsafeMutablePointer<vais_error>?) {
    guard let error, error.pointee.struct_size >= VAIS_ERROR_SIZE_1_0 else { return }
    error.pointee.place = failure.place
    error.pointee.position = failure.position
    error.pointee.vendor_code = 0  // Your engine's own error code.
    error.pointee.sqlstate = (0, 0, 0, 0, 0, 0, 0, 0)
    let size = failure.text.utf8CodeUnitCount
    error.pointee.message_size = UInt64(size)
    if let message = error.pointee.message {
        memcpy(message, failure.text.utf8Start, min(size, Int(error.pointee.message_capacity)))
    }
}
