/// Writes refusals: which file, which plugin and version, and why. Knows more the further the checks have come.
struct PluginRefusal {
    let kind: PluginKind
    let path: String
    /// Once it has been read.
    var note: PluginNote?

    init(_ kind: PluginKind, _ path: String, note: PluginNote? = nil) {
        self.kind = kind
        self.path = path
        self.note = note
    }

    /// "cannot load the storage plugin /usr/lib/vais/plugins/libx.so (dev.vais.x 0.1.0): …"
    func error(_ code: PluginError.Code, _ reason: String, hint: String?) -> PluginError {
        let identity = note.map { " (\($0.id) \($0.version))" } ?? ""
        return PluginError(
            code, "cannot load the \(kind.rawValue) plugin \(plainText(path))\(identity): \(reason)", hint: hint)
    }

    func requireABI(_ abi: ABIVersion) throws(PluginError) {
        let offered = HostIdentity.abi
        guard abi.major != offered.major else { return }
        let host = "\(HostIdentity.name) \(HostIdentity.version)"
        throw error(
            .incompatible, "it needs plugin ABI \(abi), and \(host) offers \(offered)",
            hint: abi.major > offered.major
                ? "upgrade vais to a version that offers ABI \(abi.major); `vais --version` tells the one you have"
                : "upgrade the plugin to a version built for ABI \(offered.major); `vais plugin list` shows those installed"
        )
    }
}
