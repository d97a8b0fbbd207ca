import CPluginSupport
import CVaisPlugin

/// Describes a failure to the caller and answers its status.
func fail(
    _ call: UnsafeMutablePointer<vais_call>?, _ status: vais_status, _ message: String, code: Int32 = 0
) -> vais_status {
    var message = message
    message.withUTF8 {
        vais_describe_error(call?.pointee.error, Int64(code), $0.baseAddress, UInt64($0.count))
    }
    return status
}

/// Tells the operator, through the host's log.
func warn(_ message: String) {
    var message = message
    message.withUTF8 { vais_log_line(VAIS_LOG_WARNING, "dev.vais.password-argon2", $0.baseAddress, UInt64($0.count)) }
}
