/// What a plugin does for the host. plugins.toml names one plugin for each kind.
package enum PluginKind: String, CaseIterable, Sendable {
    case storage, transport, digest, password

    /// The interface without which a plugin cannot take this place.
    package var interface: String {
        switch self {
        case .storage: "vais.storage/1"
        case .transport: "vais.transport/1"
        case .digest: "vais.digest/1"
        case .password: "vais.password/1"
        }
    }
}
