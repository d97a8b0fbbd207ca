/// What a plugin says of itself in its ELF note, readable without running it.
package struct PluginNote: Hashable, Sendable {
    /// The ABI it was built against.
    package var abi: ABIVersion
    /// Reverse-DNS name, such as "dev.vais.storage-sqlite".
    package var id: String
    package var version: String
    package var license: String
    /// What it is for, as its author wrote it: "storage".
    package var kind: String
    /// Interfaces it offers: "vais.storage/1" …
    package var interfaces: [String]
}

/// Why a note was not understood; continues the sentence "its note …".
struct PluginNoteFault: Error {
    var reason: String
}

extension PluginNote {
    private static let longest = 4096

    /// Reads lines `key=value`. Keys that are not known are left for later versions; those that are may not be missing.
    init(parsing bytes: [UInt8]) throws(PluginNoteFault) {
        guard bytes.count <= Self.longest else { throw PluginNoteFault(reason: "is longer than \(Self.longest) bytes") }
        let text = bytes.prefix { $0 != 0 }
        guard String(validating: text, as: UTF8.self) != nil else { throw PluginNoteFault(reason: "is not UTF-8") }
        var values: [String: String] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else {
                throw PluginNoteFault(reason: "has a line without `=`")
            }
            let key = String(decoding: line[..<equals], as: UTF8.self)
            guard values.updateValue(String(decoding: line[(equals + 1)...], as: UTF8.self), forKey: key) == nil else {
                throw PluginNoteFault(reason: "says `\(plainText(key))` twice")
            }
        }
        func value(_ key: String) throws(PluginNoteFault) -> String {
            guard let value = values[key], !value.isEmpty else {
                throw PluginNoteFault(reason: "does not say `\(key)`")
            }
            guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F || key == "license" || key == "interfaces" }) else {
                throw PluginNoteFault(reason: "has characters in `\(key)` that do not belong there")
            }
            return plainText(value)
        }
        guard let abi = ABIVersion(parsing: try value("abi")) else {
            throw PluginNoteFault(reason: "has no ABI version of the form `1.0`")
        }
        self.abi = abi
        id = try value("id")
        version = try value("version")
        license = try value("license")
        kind = try value("kind")
        interfaces = try value("interfaces").split(separator: " ").map(String.init)
    }
}

extension ABIVersion {
    init?(parsing text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { (0x30...0x39).contains($0) } }),
            let major = UInt(String(parts[0]) ?? ""), let minor = UInt(String(parts[1]) ?? "")
        else { return nil }
        self.init(major: major, minor: minor)
    }
}
