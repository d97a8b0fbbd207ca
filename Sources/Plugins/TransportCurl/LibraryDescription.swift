import CTransportCurl
import CVaisPlugin

/// "libcurl 7.88.1 (OpenSSL/3.0.17), HTTP/2, gzip, br, zstd". Made once and never freed.
nonisolated(unsafe) let libraryDescription: vais_span = {
    var text = "libcurl"
    if let info = transport_curl_version() {
        let info = info.pointee
        text += " " + String(cString: info.version)
        if let tls = info.ssl_version { text += " (" + String(cString: tls) + ")" }
        if info.features & CURL_VERSION_HTTP2 != 0 { text += ", HTTP/2" }
        if info.features & CURL_VERSION_LIBZ != 0 { text += ", gzip" }
        if info.features & CURL_VERSION_BROTLI != 0 { text += ", br" }
        if info.features & CURL_VERSION_ZSTD != 0 { text += ", zstd" }
    }
    let bytes = Array(text.utf8)
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    return vais_span(data: copy.baseAddress, size: UInt64(copy.count))
}()
