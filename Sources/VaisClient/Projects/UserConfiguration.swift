internal import VaisModel

/// What a user has set for all projects, in `~/.vais/config.toml`:
///
///     registry = "corp"                       # the default registry: a name below, or a URL
///     [registries.corp]
///     url = "https://packages.example.com"
package struct UserConfiguration: Sendable {
    package private(set) var defaultRegistry: RegistryAddress?
    package private(set) var registries: [String: RegistryAddress] = [:]

    /// An absent file says nothing; a key that is not known is an error, since it would otherwise silently do nothing.
    package init(file: String) throws(ClientError) {
        guard let bytes = try Files.read(file, limit: 1 << 20) else { return }
        let root: TOML.Table
        do throws(TOML.Fault) {
            root = try TOML.parse(bytes).root
        } catch {
            throw ClientError(.input, "\(file):\(error.line): \(error.message)")
        }
        var wanted: (text: String, line: Int)?
        for entry in root.entries {
            switch (entry.key, entry.node.value) {
            case ("registry", .string(let text)): wanted = (text, entry.line)
            case ("registries", .table(let table)):
                for registry in table.entries { registries[registry.key] = try Self.address(registry, file) }
            case ("registry", _), ("registries", _):
                throw ClientError(.input, "\(file):\(entry.line): `\(entry.key)` cannot be \(entry.node.value.kind)")
            default:
                throw ClientError(
                    .input, "\(file):\(entry.line): unknown key `\(entry.key)`",
                    hint: "known are `registry` and `registries`")
            }
        }
        if let wanted {
            if let known = registries[wanted.text] {
                defaultRegistry = known
            } else {
                defaultRegistry = try RegistryAddress(parsing: wanted.text).self
            }
        }
    }

    private static func address(_ entry: TOML.Table.Entry, _ file: String) throws(ClientError) -> RegistryAddress {
        guard case .table(let table) = entry.node.value, table.entries.count == 1,
            case .string(let url)? = table["url"]?.node.value
        else {
            throw ClientError(.input, "\(file):\(entry.line): `\(entry.key)` needs a `url` and nothing else")
        }
        return try RegistryAddress(parsing: url)
    }
}
