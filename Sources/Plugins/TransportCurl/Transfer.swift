import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// One request and its response. Made ready by the thread that submits it, then touched by the driving thread only,
/// until it is done and spare: a handle of libcurl keeps its buffers, so that the next request needs few allocations.
final class Transfer {
    let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    var number: UInt64 = 0
    private var events: UnsafePointer<vais_transfer_events>?
    private var context: UnsafeMutableRawPointer?
    private var fieldList: UnsafeMutablePointer<curl_slist>?
    private var body: RequestBody?

    private var fields = HeaderFields()
    private var headerBytes: UInt64 = 0
    private var maxHeaderBytes: UInt64 = 0
    private var bodyBytes: UInt64 = 0
    private var maxBodyBytes: UInt64 = 0
    /// Where the response is: its head may come more than once (1xx first; 417 when libcurl then tries without
    /// `Expect`).
    private var headIsDelivered = false
    private var headIsComplete = false

    private(set) var deadline: UInt64 = 0
    private var stall: StallWatch?
    /// Whether the request, or an attempt of it, has been on its way to the server.
    private(set) var hasBegun = false

    /// Why this side ended the transfer; takes precedence over what libcurl then says.
    private var verdict: Outcome?
    private(set) var connectTimeout: UInt32 = 0

    /// nil when memory is short.
    init?() {
        guard let easy = curl_easy_init() else { return nil }
        self.easy = easy
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(fieldList)
        curl_easy_cleanup(easy)
        errorText.deallocate()
    }

    /// Options that stay the same for every request over this handle.
    func setUp(_ client: ClientOptions) -> Bool {
        var functions = transferFunctions
        let me = Unmanaged.passUnretained(self).toOpaque()
        guard curl_set_functions(easy, &functions, me) == CURLE_OK else { return false }
        return client.apply(to: easy) && curl_set_text(easy, CURLOPT_ERRORBUFFER, errorText) == CURLE_OK
    }

    /// Takes over a request that has been checked. Owns `fieldList` from here on.
    func begin(
        _ request: vais_request, _ events: UnsafePointer<vais_transfer_events>, _ context: UnsafeMutableRawPointer?,
        fieldList: UnsafeMutablePointer<curl_slist>?, connectTimeout: UInt32, maxHeaderBytes: UInt64
    ) {
        curl_slist_free_all(self.fieldList)
        self.fieldList = fieldList
        self.events = events
        self.context = context
        self.connectTimeout = connectTimeout
        self.maxHeaderBytes = maxHeaderBytes
        body = request.flags & VAIS_REQUEST_BODY != 0 ? RequestBody(size: request.body_size) : nil
        maxBodyBytes = request.max_response_bytes == 0 ? UInt64.max : request.max_response_bytes
        deadline = request.deadline
        stall = StallWatch(milliseconds: request.stall_timeout, bytesPerSecond: request.stall_bytes)
        fields.removeAll()
        headerBytes = 0
        bodyBytes = 0
        headIsDelivered = false
        headIsComplete = false
        hasBegun = false
        verdict = nil
        errorText.pointee = 0
    }

    /// Tells the host, once, how the transfer ended. The transfer may be spare by then: the host may submit from
    /// here.
    func finish(_ outcome: Outcome, keeping inbox: Inbox) {
        guard let events else { return }
        let context = context
        self.events = nil
        body = nil
        curl_slist_free_all(fieldList)
        fieldList = nil
        _ = curl_set_list(easy, CURLOPT_HTTPHEADER, nil)
        inbox.putSpare(self)
        guard outcome.status != VAIS_OK else { return events.pointee.done(context, VAIS_OK, nil) }
        outcome.withError { events.pointee.done(context, outcome.status, $0) }
    }

    /// What libcurl's last word on this transfer means, unless this side has ended it.
    ///
    /// A body that has no length and is not chunked (HTTP/1.0) counts as whole when the connection ends, over TLS
    /// too: libcurl does not insist on close_notify. Who needs to know asks for a length or a checksum.
    func outcome(_ code: CURLcode) -> Outcome {
        if let verdict { return verdict }
        if code == CURLE_OK {
            // Only a response whose body libcurl passed over has its head still to come.
            if !headIsDelivered, headIsComplete, !deliverHead(), let verdict { return verdict }
            return .success
        }
        return Outcome(code, of: self, detail: String(cString: errorText))
    }

    // MARK: Time

    /// Called by libcurl when the connection is there and the request is about to be sent.
    func connectionIsReady() {
        hasBegun = true
        stall?.begin(at: vais_monotonic_now())
    }

    /// Why the transfer must end now, if it must; else when to look again.
    func checkTime(_ now: UInt64, next: inout UInt64) -> Outcome? {
        if deadline != 0 {
            if now >= deadline { return Outcome(VAIS_TIMEOUT, "\(origin) did not finish before the deadline") }
            next = min(next, deadline)
        }
        guard hasBegun, stall != nil else { return nil }
        if stall?.isStalled(at: now, total: bytesMoved) == true {
            let milliseconds = stall?.milliseconds ?? 0
            return Outcome(VAIS_TIMEOUT, "\(origin) sent and took too little for \(milliseconds) ms")
        }
        next = min(next, stall?.next ?? next)
        return nil
    }

    private var bytesMoved: Int64 {
        curl_get_size(easy, CURLINFO_SIZE_DOWNLOAD_T) + curl_get_size(easy, CURLINFO_SIZE_UPLOAD_T)
            + Int64(clamping: headerBytes)
    }

    /// Whether the request has been sent and its response's head is not whole yet.
    var isWaitingForHead: Bool { hasBegun && !headIsComplete }

    /// "host:port" of the request.
    var origin: String {
        curl_get_text(easy, CURLINFO_EFFECTIVE_URL).map { originOfURL(String(cString: $0)) } ?? "the server"
    }

    // MARK: What libcurl hands over. Each answers false to stop the transfer, for a reason left in `verdict`.

    func receiveHeaderLine(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        headerBytes += UInt64(line.count)
        guard headerBytes <= maxHeaderBytes else {
            return stop(VAIS_LIMIT, "\(origin) sent more than \(maxHeaderBytes) bytes of header fields")
        }
        // Fields behind the body (trailers) are counted and passed over.
        if headIsDelivered { return true }
        if hasPrefix(line, "http/") {
            fields.removeAll()
            headIsComplete = false
            return true
        }
        guard line.count <= 2, line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) else {
            fields.append(line)
            return true
        }
        let status = curl_get_long(easy, CURLINFO_RESPONSE_CODE)
        guard status >= 200 else { return true }
        headIsComplete = true
        // After 417 libcurl sends the request again without `Expect`; that response is the final one.
        if status == 417, body != nil { return true }
        return deliverHead()
    }

    func receiveBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if !headIsDelivered, !deliverHead() { return false }
        bodyBytes += UInt64(bytes.count)
        guard bodyBytes <= maxBodyBytes else { return stopAsTooLarge() }
        guard let data = events?.pointee.data else { return true }
        let span = vais_span(data: bytes.baseAddress, size: UInt64(bytes.count))
        return data(context, span) == 0 || stop(VAIS_CANCELLED, "the receiver stopped the transfer")
    }

    /// How many bytes of the request's body are in the buffer now; nil to stop.
    func sendBody(_ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        guard let source = events?.pointee.body, body != nil else { return 0 }
        let context = context
        switch body?.read(into: buffer, from: { source(context, $0, $1) }) {
        case .bytes(let count): return count
        case .failed(let status, let message):
            _ = stop(status, message)
            return nil
        case nil: return 0
        }
    }

    func rewindBody(to offset: Int64) -> Bool { body?.seek(to: offset) ?? false }

    private func deliverHead() -> Bool {
        headIsDelivered = true
        // Known too large is known before a byte of it is taken. A coded length says little about the decoded one.
        let announced = curl_get_size(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
        if announced > 0, UInt64(announced) > maxBodyBytes, bodyFollows { return stopAsTooLarge() }
        guard let head = events?.pointee.head else { return true }
        let status = UInt32(clamping: curl_get_long(easy, CURLINFO_RESPONSE_CODE))
        let answer = fields.withSpans { head(context, status, $0, $1) }
        return answer == 0 || stop(VAIS_CANCELLED, "the receiver stopped the transfer")
    }

    /// Whether a response to this request carries what its `Content-Length` says (RFC 9110 section 8.6).
    private var bodyFollows: Bool {
        let status = curl_get_long(easy, CURLINFO_RESPONSE_CODE)
        guard status != 304, status != 204, let method = curl_get_text(easy, CURLINFO_EFFECTIVE_METHOD) else {
            return false
        }
        return strcmp(method, "HEAD") != 0 && !fields.contains("content-encoding")
    }

    private func stopAsTooLarge() -> Bool {
        stop(VAIS_LIMIT, "the response of \(origin) is larger than \(maxBodyBytes) bytes")
    }

    private func stop(_ status: vais_status, _ message: String) -> Bool {
        verdict = Outcome(status, message)
        return false
    }
}
