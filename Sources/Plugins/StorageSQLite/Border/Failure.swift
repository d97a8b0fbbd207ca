import CPluginSupport
import CVaisPlugin

/// Why a call fails: what crosses the border as a status and a `vais_error`.
struct Failure: Error {
    var status: vais_status
    var message: String
    /// SQLite's extended result code, 0 when SQLite had no part in it.
    var vendorCode: Int32 = 0
    /// VAIS_AT_*
    var place: UInt32 = VAIS_AT_NOTHING
    var position: UInt32 = 0

    init(_ status: vais_status, _ message: String, vendorCode: Int32 = 0) {
        self.status = status
        self.message = message
        self.vendorCode = vendorCode
    }

    /// The same failure, of the guard, operation, shape or use at `position`.
    func at(_ place: UInt32, _ position: Int) -> Failure {
        var copy = self
        copy.place = place
        copy.position = UInt32(truncatingIfNeeded: position)
        return copy
    }

    /// The same failure, told with what was being done: "cannot open the database: disk I/O error".
    func during(_ action: String) -> Failure {
        var copy = self
        copy.message = action + ": " + message
        return copy
    }

    func report(to error: UnsafeMutablePointer<vais_error>?) {
        guard let error, error.pointee.struct_size >= VAIS_ERROR_SIZE_1_0 else { return }
        error.pointee.place = place
        error.pointee.position = position
        error.pointee.sqlstate = (0, 0, 0, 0, 0, 0, 0, 0)
        var text = message
        text.withUTF8 { vais_describe_error(error, Int64(vendorCode), $0.baseAddress, UInt64($0.count)) }
    }
}

/// Tells the operator, through the host's log.
func warn(_ message: String) {
    var message = message
    message.withUTF8 { vais_log_line(VAIS_LOG_WARNING, "dev.vais.storage-sqlite", $0.baseAddress, UInt64($0.count)) }
}
