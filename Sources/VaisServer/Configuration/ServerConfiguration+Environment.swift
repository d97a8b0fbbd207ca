/// A value of the environment that cannot be used.
package struct ServerConfigurationError: Error, Sendable, CustomStringConvertible {
    package let message: String
    package let hint: String

    package var description: String { message }
}

extension ServerConfiguration {
    /// Reads the variables of the original server. An empty one counts as not set; one that cannot be parsed is an error.
    package init(environment: [String: String]) throws(ServerConfigurationError) {
        self.init()
        let variables = Variables(environment: environment)
        if let host = variables["HOST"] { self.host = host }
        if let port = try variables.number("PORT", 0...65_535, "a port from 0 to 65535") {
            self.port = port
        } else if let port = try variables.number(bare: "PORT", 0...65_535, "a port from 0 to 65535") {
            self.port = port
        }
        if let path = variables["DB"] { databasePath = path }
        if let path = variables["STORAGE"] { storagePath = path }
        if let bytes = try variables.number("MAX_UPLOAD", 1...(1 << 40), "a number of bytes") {
            uploadBytes = UInt64(bytes)
        }
        if let days = try variables.number("TOKEN_EXPIRY", 1...1_000_000, "a number of days") {
            tokenDays = UInt32(days)
        }
        if let all = try variables.flag("CORS_ALL") { allowsAllOrigins = all }
        if let list = variables["CORS_ORIGINS"] { allowedOrigins = try Self.origins(list) }
        if let logs = try variables.flag("LOGGING") { logsRequests = logs }
        adminName = variables["ADMIN_USER"]
        adminPassword = variables["ADMIN_PASS"]
    }

    private static func origins(_ list: String) throws(ServerConfigurationError) -> [String] {
        var origins: [String] = []
        for part in list.split(separator: ",") {
            let origin = part.drop { $0 == " " }
            let text = String(origin.prefix { $0 != " " })
            let bytes = text.utf8
            guard bytes.starts(with: "https://".utf8) || bytes.starts(with: "http://".utf8),
                bytes.dropFirst(8).allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }),
                origin.dropFirst(text.count).allSatisfy({ $0 == " " })
            else {
                throw ServerConfigurationError(
                    message: "VAIS_REGISTRY_CORS_ORIGINS holds something that is not an origin",
                    hint: "write origins such as `https://packages.example.org`, separated by commas")
            }
            origins.append(text)
        }
        return origins
    }
}

private struct Variables {
    let environment: [String: String]

    subscript(name: String) -> String? { value("VAIS_REGISTRY_\(name)") }

    private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    func number(_ name: String, _ range: ClosedRange<Int>, _ what: String) throws(ServerConfigurationError) -> Int? {
        try number(bare: "VAIS_REGISTRY_\(name)", range, what)
    }

    func number(bare name: String, _ range: ClosedRange<Int>, _ what: String) throws(ServerConfigurationError) -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = decimal(text), range.contains(number) else {
            throw ServerConfigurationError(message: "\(name) is not \(what)", hint: "set it to \(what), or unset it")
        }
        return number
    }

    func flag(_ name: String) throws(ServerConfigurationError) -> Bool? {
        guard let text = self[name] else { return nil }
        switch lowercased(text.utf8) {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        default:
            throw ServerConfigurationError(
                message: "VAIS_REGISTRY_\(name) is neither true nor false", hint: "set it to `true` or `false`")
        }
    }
}

/// Digits only, without sign; nil when there are none or too many.
func decimal(_ text: some StringProtocol) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 19 else { return nil }
    var value = 0
    for byte in text.utf8 {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
        guard !tooLarge, !overflow else { return nil }
        value = sum
    }
    return value
}
