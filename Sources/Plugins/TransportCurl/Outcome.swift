import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// How a transfer ended: a status, and the sentence that goes with a failure.
struct Outcome {
    static let success = Outcome(VAIS_OK, "")
    static let noMemory = Outcome(VAIS_INTERNAL, "libcurl refuses an option, or memory is short")

    var status: vais_status
    var message: String
    /// libcurl's own code, 0 when it has no part in it.
    var code: Int64 = 0

    init(_ status: vais_status, _ message: String) {
        self.status = status
        self.message = message
    }

    /// - Parameter detail: what libcurl left in its error buffer.
    init(_ code: CURLcode, of transfer: Transfer, detail: String) {
        // libcurl says that memory is short when one line of the head is longer than it takes.
        var failure = code == CURLE_OUT_OF_MEMORY && transfer.isWaitingForHead ? .headTooLarge : Failure(code)
        failure.adapt(to: transfer)
        status = failure.status
        self.code = Int64(code.rawValue)
        let origin = transfer.origin
        var words = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        switch code {
        case CURLE_COULDNT_CONNECT:
            // libcurl's words repeat ours; the system's say why.
            if let reason = transport_curl_errno_text(curl_get_long(transfer.easy, CURLINFO_OS_ERRNO)) {
                words = String(cString: reason)
            }
        case CURLE_OPERATION_TIMEDOUT:
            words = "none within \(transfer.connectTimeout) ms"
        default: break
        }
        message = "\(failure.event.text(origin)): \(words)"
    }

    /// Calls `body` with the error as the host reads it.
    func withError(_ body: (UnsafePointer<vais_error>) -> Void) {
        var text = message
        text.withUTF8 { bytes in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: max(1, bytes.count)) { buffer in
                for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
                var error = vais_error()
                error.struct_size = UInt32(MemoryLayout<vais_error>.size)
                error.vendor_code = code
                error.message = buffer.baseAddress
                error.message_capacity = UInt32(bytes.count)
                error.message_size = UInt64(bytes.count)
                body(&error)
            }
        }
    }
}

/// The one table from libcurl's codes to what `vais_transfer_events.done` promises.
private struct Failure {
    enum Event {
        case noHost, noProxy, noTunnel, noConnection, noHandshake, untrusted, authorities, broken, notHTTP, badCoding,
            tooLarge,
            headTooLarge
        case unsupported, invalid, fault

        func text(_ origin: String) -> String {
            switch self {
            case .noHost: "could not find \(origin)"
            case .noProxy: "could not reach the proxy on the way to \(origin)"
            case .noTunnel: "the proxy does not connect to \(origin)"
            case .noConnection: "could not connect to \(origin)"
            case .noHandshake: "could not agree on TLS with \(origin)"
            case .untrusted: "the certificate of \(origin) is not trusted"
            case .authorities: "the file of trusted certificates cannot be used"
            case .broken: "the connection to \(origin) broke before the response was whole"
            case .notHTTP: "\(origin) did not answer in HTTP"
            case .badCoding: "the response of \(origin) is not coded as it says"
            case .tooLarge: "the response of \(origin) is too large"
            case .headTooLarge: "a header field of \(origin) is longer than libcurl takes"
            case .unsupported: "this libcurl cannot do what was asked of \(origin)"
            case .invalid: "the request to \(origin) is not valid"
            case .fault: "the transfer with \(origin) failed"
            }
        }
    }

    static let headTooLarge = Failure(VAIS_LIMIT, .headTooLarge)

    /// libcurl's code tells what broke, not whether the request was already on its way; that makes the difference
    /// between VAIS_UNAVAILABLE (nothing was sent) and VAIS_CORRUPT (the server may have acted).
    mutating func adapt(to transfer: Transfer) {
        if status == VAIS_CORRUPT, !transfer.hasBegun {
            status = VAIS_UNAVAILABLE
            // A proxy that answers CONNECT with anything but success ends in the same code as a broken connection.
            event = curl_get_long(transfer.easy, CURLINFO_HTTP_CONNECTCODE) != 0 ? .noTunnel : .noConnection
        } else if status == VAIS_UNAVAILABLE, transfer.hasBegun {
            // A kept connection died under the request, and there was no other to send it again.
            status = VAIS_CORRUPT
        }
    }

    var status: vais_status
    var event: Event

    private init(_ status: vais_status, _ event: Event) {
        self.status = status
        self.event = event
    }

    init(_ code: CURLcode) {
        (status, event) =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST: (VAIS_UNAVAILABLE, .noHost)
            case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: (VAIS_UNAVAILABLE, .noProxy)
            case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: (VAIS_UNAVAILABLE, .noConnection)
            case CURLE_OPERATION_TIMEDOUT: (VAIS_TIMEOUT, .noConnection)
            case CURLE_SSL_CONNECT_ERROR: (VAIS_UNAVAILABLE, .noHandshake)
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
                (VAIS_DENIED, .untrusted)
            case CURLE_SSL_CACERT_BADFILE: (VAIS_DENIED, .authorities)
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND,
                CURLE_HTTP2, CURLE_HTTP2_STREAM:
                (VAIS_CORRUPT, .broken)
            case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: (VAIS_CORRUPT, .notHTTP)
            case CURLE_BAD_CONTENT_ENCODING: (VAIS_CORRUPT, .badCoding)
            case CURLE_FILESIZE_EXCEEDED: (VAIS_LIMIT, .tooLarge)
            case CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION: (VAIS_UNSUPPORTED, .unsupported)
            case CURLE_URL_MALFORMAT: (VAIS_INVALID, .invalid)
            default: (VAIS_INTERNAL, .fault)
            }
    }
}
