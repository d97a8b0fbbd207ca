import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// Checks a request and sets a handle up for it. Everything is checked here, before the transfer is queued: a header
/// field that could smuggle a line into the request never reaches libcurl.
struct RequestSetup {
    private static let defaultConnectTimeout: UInt32 = 10_000
    private static let defaultMaxHeaderBytes: UInt64 = 64 << 10
    private static let knownFlags = VAIS_REQUEST_DECODE | VAIS_REQUEST_BODY

    let request: vais_request

    var connectTimeout: UInt32 { request.connect_timeout == 0 ? Self.defaultConnectTimeout : request.connect_timeout }
    var maxHeaderBytes: UInt64 { request.max_header_bytes == 0 ? Self.defaultMaxHeaderBytes : request.max_header_bytes }

    /// What is wrong with the request, or nil.
    func problem() -> Outcome? {
        guard request.flags & ~Self.knownFlags == 0 else {
            return Outcome(VAIS_UNSUPPORTED, "the request has flags this plugin does not know")
        }
        guard (1...32).contains(request.method.size), request.method.bytes.allSatisfy(isTokenByte) else {
            return Outcome(VAIS_INVALID, "the method is not an HTTP token")
        }
        let url = request.url.bytes
        guard url.count <= 8192, url.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            return Outcome(VAIS_INVALID, "the URL is not up to 8192 characters of printable ASCII")
        }
        guard hasPrefix(url, "http://") || hasPrefix(url, "https://") else {
            return Outcome(VAIS_INVALID, "the URL is not absolute with http or https")
        }
        for field in UnsafeBufferPointer(start: request.headers, count: Int(request.header_count)) {
            if let problem = Self.problem(field) { return problem }
        }
        return nil
    }

    private static func problem(_ field: vais_header) -> Outcome? {
        guard field.name.size > 0, field.name.bytes.allSatisfy(isTokenByte) else {
            return Outcome(VAIS_INVALID, "a header field's name is not an HTTP token")
        }
        let name = String(decoding: field.name.bytes, as: UTF8.self)
        guard field.value.bytes.allSatisfy({ $0 != 0 && $0 != 0x0A && $0 != 0x0D }) else {
            return Outcome(VAIS_INVALID, "the header field \(name) has a line break or NUL in its value")
        }
        if equalsIgnoringCase(field.name.bytes, "content-length")
            || equalsIgnoringCase(field.name.bytes, "transfer-encoding")
        {
            return Outcome(VAIS_INVALID, "the header field \(name) is set by the transport, from body_size")
        }
        return nil
    }

    /// The request's options on the handle, and its header fields; false when memory is short. `fieldList` is the
    /// caller's to free.
    func apply(
        to easy: UnsafeMutableRawPointer, fieldList: inout UnsafeMutablePointer<curl_slist>?
    ) -> Bool {
        var allSet = true
        func set(_ option: CURLoption, _ value: Int) {
            allSet = curl_set_long(easy, option, value) == CURLE_OK && allSet
        }
        withCString(request.url.bytes) { allSet = curl_set_text(easy, CURLOPT_URL, $0) == CURLE_OK && allSet }

        // HTTPGET undoes what the request before has set.
        set(CURLOPT_HTTPGET, 1)
        let method = request.method.bytes
        if sendsBody {
            set(CURLOPT_UPLOAD, 1)
            let size = request.flags & VAIS_REQUEST_BODY == 0 ? 0 : request.body_size
            let announced = size == UInt64.max ? -1 : Int64(clamping: size)
            allSet = curl_set_size(easy, CURLOPT_INFILESIZE_LARGE, announced) == CURLE_OK && allSet
        } else if equals(method, "HEAD") {
            set(CURLOPT_NOBODY, 1)
        }
        let isImplied = !sendsBody && (equals(method, "GET") || equals(method, "HEAD"))
        withCString(method) {
            allSet = curl_set_text(easy, CURLOPT_CUSTOMREQUEST, isImplied ? nil : $0) == CURLE_OK && allSet
        }
        // The empty text asks for every coding libcurl knows.
        let codings = request.flags & VAIS_REQUEST_DECODE != 0 ? everyCoding.cString : nil
        allSet = curl_set_text(easy, CURLOPT_ACCEPT_ENCODING, codings) == CURLE_OK && allSet
        set(CURLOPT_CONNECTTIMEOUT_MS, Int(connectTimeout))

        for field in UnsafeBufferPointer(start: request.headers, count: Int(request.header_count)) {
            allSet = append(field, to: &fieldList) && allSet
        }
        // libcurl would ask first, and perhaps wait, before any body it puts.
        if sendsBody, !isWorthAsking { allSet = append(noExpect.cString, to: &fieldList) && allSet }
        return curl_set_list(easy, CURLOPT_HTTPHEADER, fieldList) == CURLE_OK && allSet
    }

    /// Methods that promise content say so, if it is none (RFC 9110 section 8.6).
    private var sendsBody: Bool {
        let method = request.method.bytes
        return request.flags & VAIS_REQUEST_BODY != 0 || equals(method, "POST") || equals(method, "PUT")
            || equals(method, "PATCH")
    }

    /// Whether the body is so large that being refused before sending it pays for the round trip (RFC 9110 section
    /// 10.1.1).
    private var isWorthAsking: Bool { request.body_size != UInt64.max && request.body_size > 1 << 20 }

    private func append(_ field: vais_header, to list: inout UnsafeMutablePointer<curl_slist>?) -> Bool {
        let name = field.name.bytes
        let value = field.value.bytes
        // libcurl takes "Name:" as a wish to leave the field out, and "Name;" as an empty value.
        let isEmpty = value.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + value.count + 3) { line in
            var end = 0
            func put(_ byte: UInt8) {
                line[end] = byte
                end += 1
            }
            for byte in name { put(byte) }
            put(isEmpty ? 0x3B : 0x3A)
            if !isEmpty {
                put(0x20)
                for byte in value { put(byte) }
            }
            put(0)
            return append(
                UnsafeRawPointer(line.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: CChar.self), to: &list)
        }
    }

    private func append(_ line: UnsafePointer<CChar>, to list: inout UnsafeMutablePointer<curl_slist>?) -> Bool {
        guard let longer = curl_slist_append(list, line) else { return false }
        list = longer
        return true
    }
}

private let everyCoding: StaticString = ""
private let noExpect: StaticString = "Expect:"
