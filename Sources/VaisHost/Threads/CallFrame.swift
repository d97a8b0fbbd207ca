internal import CVaisPlugin

/// Makes one plugin call with a deadline and a place for its error, and answers its status and what it said about a failure. With a
/// `gate` the call passes that, as `action`.
func pluginCall(
    _ gate: PluginGate? = nil, _ action: String = "", timeout: Duration = .seconds(30),
    _ body: (UnsafeMutablePointer<vais_call>) -> vais_status
) -> (status: vais_status, said: String?) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { message in
        var error = vais_error()
        error.struct_size = size(vais_error.self)
        error.message = message.baseAddress
        error.message_capacity = UInt32(message.count)
        return withUnsafeMutablePointer(to: &error) { error in
            var call = vais_call()
            call.struct_size = size(vais_call.self)
            call.deadline = PluginCall.deadline(in: timeout)
            call.error = error
            let status: vais_status
            do throws(PluginGate.Refusal) {
                status =
                    if let gate {
                        try gate.call(action, deadline: call.deadline) { withUnsafeMutablePointer(to: &call, body) }
                    } else {
                        body(&call)
                    }
            } catch {
                return (VAIS_BUSY, error.reason)
            }
            // The buffer is ours, whatever the plugin may have written over its address and capacity.
            let said = UnsafeRawBufferPointer(message).prefix(Int(clamping: error.pointee.message_size))
            return (status, status == VAIS_OK ? nil : onOneLine(said))
        }
    }
}

extension vais_error {
    /// The message of an error that belongs to the plugin, on one line; nil when there is none.
    var said: String? {
        guard let message, message_size > 0 else { return nil }
        let count = Int(min(message_size, UInt64(message_capacity)))
        return onOneLine(UnsafeRawBufferPointer(start: message, count: count)[...])
    }
}

private func onOneLine(_ bytes: Slice<UnsafeRawBufferPointer>) -> String? {
    bytes.isEmpty ? nil : plainText(String(decoding: bytes, as: UTF8.self))
}
