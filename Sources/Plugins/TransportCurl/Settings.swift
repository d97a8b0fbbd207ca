import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// How connections are made. Texts are copies this struct owns; nil leaves the choice to libcurl.
///
/// Proxies: the setting `proxy`, else libcurl's own reading of `https_proxy`, `http_proxy` (lower case only),
/// `all_proxy` and `no_proxy` for each request. Certificates: the setting `ca_file`, else `CURL_CA_BUNDLE`, else
/// `SSL_CERT_FILE`, as the curl command has it, else libcurl's own. A file named there must be readable: falling back
/// would trust other authorities than the operator said.
struct Settings {
    var certificates: UnsafeMutablePointer<CChar>?
    var proxy: UnsafeMutablePointer<CChar>?
    var proxyExceptions: UnsafeMutablePointer<CChar>?
    var version = CURL_HTTP_VERSION_2TLS

    static func read(_ options: vais_transport_options) -> Result<Settings, SettingsProblem> {
        var settings = Settings()
        func text(_ key: StaticString) -> UnsafeBufferPointer<UInt8>? {
            guard let cell = vais_find_setting(options.settings, options.setting_count, key.cString),
                cell.pointee.type == VAIS_TEXT, cell.pointee.size > 0
            else { return nil }
            return UnsafeBufferPointer(start: cell.pointee.value.data, count: Int(cell.pointee.size))
        }
        if let version = text("http_version") {
            switch String(decoding: version, as: UTF8.self) {
            case "1.1": settings.version = CURL_HTTP_VERSION_1_1
            case "2": break
            default: return .failure(SettingsProblem(message: "http_version must be \"1.1\" or \"2\""))
            }
        }
        var source: StaticString = "the setting ca_file"
        if let file = text("ca_file") {
            settings.certificates = withCString(file) { strdup($0) }
        } else if let file = environment("CURL_CA_BUNDLE") {
            source = "the environment variable CURL_CA_BUNDLE"
            settings.certificates = file
        } else if let file = environment("SSL_CERT_FILE") {
            source = "the environment variable SSL_CERT_FILE"
            settings.certificates = file
        }
        settings.proxy = text("proxy").map { withCString($0) { strdup($0) } } ?? nil
        settings.proxyExceptions = text("no_proxy").map { withCString($0) { strdup($0) } } ?? nil
        if let file = settings.certificates, access(file, R_OK) != 0 {
            let problem = "cannot read the certificates in \(String(cString: file)), named by \(source)"
            settings.release()
            return .failure(SettingsProblem(message: problem))
        }
        return .success(settings)
    }

    func release() {
        free(certificates)
        free(proxy)
        free(proxyExceptions)
    }

    private static func environment(_ name: StaticString) -> UnsafeMutablePointer<CChar>? {
        guard let value = getenv(name.cString), value.pointee != 0 else { return nil }
        return strdup(value)
    }
}

struct SettingsProblem: Error {
    let message: String
}
