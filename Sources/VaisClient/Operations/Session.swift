/// What every operation needs: where the user's things are, which registry is meant, and how to reach it. Plugins are loaded when an
/// operation first needs one.
package struct Session: Sendable {
    package let home: Home
    package let defaultRegistry: RegistryAddress
    /// From `--registry`: stands for the default registry, whatever the manifest or the configuration say.
    package let overridesDefault: Bool
    /// Registries by name that the user has defined for every project.
    package let registries: [String: RegistryAddress]
    package let isOffline: Bool
    package let transport: LazyTransport
    package let digester: LazyDigester
    package let credentials: Credentials
    package let events: Events
    /// How long a connection may be silent, or nearly so, before it is given up.
    package let patience: Duration

    package init(
        home: Home, defaultRegistry: RegistryAddress = .standard, overridesDefault: Bool = false,
        registries: [String: RegistryAddress] = [:],
        isOffline: Bool = false,
        transport: LazyTransport, digester: LazyDigester, credentials: Credentials, events: Events = Events(),
        patience: Duration = .seconds(30)
    ) {
        self.home = home
        self.defaultRegistry = defaultRegistry
        self.overridesDefault = overridesDefault
        self.registries = registries
        self.isOffline = isOffline
        self.transport = transport
        self.digester = digester
        self.credentials = credentials
        self.events = events
        self.patience = patience
    }

    /// A connection to the default registry, which must be a server.
    package func connect() throws(ClientError) -> ServerConnection { try connect(to: defaultRegistry) }

    package func connect(to address: RegistryAddress) throws(ClientError) -> ServerConnection {
        if isOffline {
            throw ClientError(
                .network, "this needs \(address), and --offline forbids it",
                hint: "run the command without --offline", reason: "offline")
        }
        return try connection(address)
    }

    private func connection(_ address: RegistryAddress) throws(ClientError) -> ServerConnection {
        try ServerConnection(
            address, token: try credentials.token(for: address), transport: transport, patience: patience,
            report: events.request)
    }

    /// The registry behind a logical name, as a source of packages.
    func source(_ address: RegistryAddress, folder: RegistryFolder) throws(ClientError) -> any RegistrySource {
        switch address.kind {
        case .folder: return try FolderRegistry(address, digester: digester)
        case .server:
            return ServerRegistry(
                try connection(address), folder: folder, freshness: isOffline ? .offline : .current, digester: digester)
        }
    }

    /// Where things of a registry are kept: the public one has the folder of the original client.
    package func folder(of address: RegistryAddress) -> RegistryFolder {
        home.registry(address == .standard ? nil : address.key)
    }
}

/// What an operation tells while it runs. Called from any task.
package struct Events: Sendable {
    /// A step that takes a while, such as "Downloading", and what it is about.
    package var step: @Sendable (_ verb: String, _ subject: String) -> Void
    package var warning: @Sendable (String) -> Void
    /// Each request, for `--verbose`.
    package var request: @Sendable (String) -> Void
    /// How much of a step is done.
    package var progress: @Sendable (_ done: Int, _ total: Int) -> Void

    package init(
        step: @escaping @Sendable (String, String) -> Void = { _, _ in },
        warning: @escaping @Sendable (String) -> Void = { _ in },
        request: @escaping @Sendable (String) -> Void = { _ in },
        progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        self.step = step
        self.warning = warning
        self.request = request
        self.progress = progress
    }
}
