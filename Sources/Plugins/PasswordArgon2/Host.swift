import CPluginSupport
import CVaisPlugin

extension vais_span {
    /// Text of the program itself, valid as long as the plugin is loaded.
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }
}

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

/// The host's log, when it offers one.
struct HostLog {
    private let table: UnsafePointer<vais_host_log>?

    init(_ host: UnsafePointer<vais_host>?) {
        table = host?.pointee.get_interface(VAIS_HOST_LOG_1, UInt64(strlen(VAIS_HOST_LOG_1)))?
            .assumingMemoryBound(to: vais_host_log.self)
    }

    func warn(_ message: String) {
        guard let table else { return }
        var message = message
        message.withUTF8 {
            let span = vais_span(data: $0.baseAddress, size: UInt64($0.count))
            table.pointee.log(VAIS_LOG_WARNING, vais_span("dev.vais.password-argon2"), span)
        }
    }
}
