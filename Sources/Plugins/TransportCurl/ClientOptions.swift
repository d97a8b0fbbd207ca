import CTransportCurl
import CVaisPlugin

/// What every request of a client has in common.
struct ClientOptions {
    let settings: Settings
    /// Ends in NUL; owned.
    let userAgent: UnsafeMutablePointer<CChar>?

    func release() {
        settings.release()
        free(userAgent)
    }

    /// Sets the handle up; false when libcurl lacks an option or memory.
    func apply(to easy: UnsafeMutableRawPointer) -> Bool {
        var allSet = true
        func set(_ option: CURLoption, _ value: Int) {
            allSet = curl_set_long(easy, option, value) == CURLE_OK && allSet
        }
        func set(_ option: CURLoption, _ text: UnsafePointer<CChar>?) {
            guard let text else { return }
            allSet = curl_set_text(easy, option, text) == CURLE_OK && allSet
        }
        set(CURLOPT_PROTOCOLS_STR, protocols.cString)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, settings.version)
        // Wait for a connection that may carry this request beside others, instead of opening one each.
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_NOSIGNAL, 1)
        // A name that resolves slowly must not hold up the thread that gives a transfer up.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_BUFFERSIZE, 64 << 10)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // How long a body for which the server was asked waits for its answer.
        set(CURLOPT_EXPECT_100_TIMEOUT_MS, 300)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_CAINFO, settings.certificates)
        set(CURLOPT_PROXY, settings.proxy)
        set(CURLOPT_NOPROXY, settings.proxyExceptions)
        set(CURLOPT_USERAGENT, userAgent)
        return allSet
    }
}

private let protocols: StaticString = "http,https"
