import CPluginSupport
import CVaisPlugin

extension vais_span {
    /// Text of the program itself, valid as long as the plugin is loaded.
    init(_ text: StaticString) {
        self.init(data: text.utf8Start, size: UInt64(text.utf8CodeUnitCount))
    }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: data, count: Int(size)) }
}

extension StaticString {
    /// Literals end in NUL.
    var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}

/// Calls `body` with a copy of the bytes that ends in NUL. The bytes hold none.
func withCString<Result>(_ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { copy in
        for (index, byte) in bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[bytes.count] = 0
        return body(UnsafePointer(copy.baseAddress.unsafelyUnwrapped))
    }
}

/// Describes a failure to the caller and answers its status.
func fail(
    _ call: UnsafeMutablePointer<vais_call>?, _ status: vais_status, _ message: String, code: Int64 = 0
) -> vais_status {
    var message = message
    message.withUTF8 { vais_describe_error(call?.pointee.error, code, $0.baseAddress, UInt64($0.count)) }
    return status
}
