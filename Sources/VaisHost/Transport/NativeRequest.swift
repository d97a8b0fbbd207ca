internal import CVaisPlugin

/// A request in the plugin ABI's terms.
enum NativeRequest {
    /// What makes a request unfit to be sent: header fields are lines, so a line break in one would begin another.
    static func fault(in request: TransportRequest) -> TransportError? {
        let texts = [request.method, request.url] + request.headers.flatMap { [$0.name, $0.value] }
        let isFit = texts.allSatisfy { text in text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }
        if isFit && request.headers.allSatisfy({ !$0.name.isEmpty && !$0.name.utf8.contains(UInt8(ascii: ":")) }) {
            return nil
        }
        return TransportError(.unsupported, "the request for \(printable(request.url)) holds a control character")
    }

    /// The URL without what may be secret.
    static func printable(_ url: String) -> String {
        var text = url.prefix { $0 != "?" && $0 != "#" }
        if let scheme = text.firstRange(of: "://"), let at = text.lastIndex(of: "@") {
            text = text[..<scheme.upperBound] + text[text.index(after: at)...]
        }
        return plainText(text, limit: 200)
    }

    /// Lends the request for the time of `body`.
    static func with<T>(_ request: TransportRequest, _ body: (UnsafePointer<vais_request>) -> T) -> T {
        // One buffer holds every text, so that its spans can point into it.
        let texts = [request.method, request.url] + request.headers.flatMap { [$0.name, $0.value] }
        let bytes = texts.flatMap(\.utf8)
        return bytes.withUnsafeBufferPointer { buffer in
            var position = 0
            let spans = texts.map { text in
                defer { position += text.utf8.count }
                return vais_span(UnsafeBufferPointer(rebasing: buffer[position..<position + text.utf8.count]))
            }
            let headers = request.headers.indices.map { vais_header(name: spans[2 + $0 * 2], value: spans[3 + $0 * 2]) }
            return headers.withUnsafeBufferPointer { headers in
                var native = vais_request()
                native.struct_size = size(vais_request.self)
                native.method = spans[0]
                native.url = spans[1]
                native.headers = headers.baseAddress
                native.header_count = UInt32(headers.count)
                native.fill(from: request)
                return body(&native)
            }
        }
    }
}

extension vais_request {
    fileprivate mutating func fill(from request: TransportRequest) {
        flags = request.decode ? VAIS_REQUEST_DECODE : 0
        switch request.body {
        case .none: break
        case .bytes(let bytes):
            flags |= VAIS_REQUEST_BODY
            body_size = UInt64(bytes.count)
        case .stream(let size, _):
            flags |= VAIS_REQUEST_BODY
            body_size = size
        }
        connect_timeout = request.connectTimeout.milliseconds
        stall_timeout = request.stallTimeout.milliseconds
        stall_bytes = request.stallBytes
        max_response_bytes = request.maxResponseBytes
        if let timeout = request.timeout {
            deadline = PluginCall.monotonicNow() &+ UInt64(timeout.milliseconds) * 1_000_000
        }
    }
}

extension Duration {
    /// Whole milliseconds, at least one of a duration that is not zero.
    fileprivate var milliseconds: UInt32 {
        if self <= .zero { return 0 }
        return UInt32(clamping: Int64(min(max(1, (self / .milliseconds(1)).rounded()), 4e9)))
    }
}

extension TransportError {
    init(status: vais_status, said: String?, request: String) {
        let (code, reason, hint) = Self.meaning(of: status)
        self.init(code, "\(request): \(said ?? reason)", hint: hint)
    }

    private static func meaning(of status: vais_status) -> (Code, String, String?) {
        switch status {
        case VAIS_UNAVAILABLE, VAIS_DENIED:
            (.unreachable, "the server cannot be reached", "check the address and the network")
        case VAIS_TIMEOUT: (.timeout, "no answer in time", "try again later")
        case VAIS_LIMIT: (.tooLarge, "the answer is larger than allowed", nil)
        case VAIS_CANCELLED: (.stopped, "stopped", nil)
        case VAIS_UNSUPPORTED, VAIS_INVALID: (.unsupported, "the transport cannot send this request", nil)
        default: (.broken, "the transfer failed with status \(status)", nil)
        }
    }
}
