import CTestTLS
import Glibc

/// A key and certificate made for one test, and the file a client trusts it by.
final class TLSIdentity: @unchecked Sendable {
    let raw: OpaquePointer
    let file: String

    /// - Parameter name: what the certificate is for: a DNS name or an IP address.
    init(_ name: String) throws {
        var path = Array("/tmp/vais-test-ca-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw PluginProblem("cannot make a file in /tmp") }
        Glibc.close(descriptor)
        file = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let made = test_identity_new(name) else {
            throw PluginProblem("OpenSSL makes no certificate for \(name)")
        }
        raw = made
        guard test_identity_write(raw, file) == 0 else { throw PluginProblem("cannot write \(file)") }
    }

    deinit {
        unlink(file)
        test_identity_free(raw)
    }
}
