internal import Synchronization

/// The plugins of this process: each kind is found, checked, loaded and opened when it is first asked for, once. Thread-safe.
package final class PluginHost: Sendable {
    package let configuration: PluginConfiguration
    private let program: ChildProgram
    private let limits: IsolationLimits
    private let loaded = Mutex(Loaded())

    private struct Loaded {
        var plugins: [PluginKind: LoadedPlugin] = [:]
        var transport: (any Transport)?
        var digest: (any Digester)?
        var password: (any PasswordHasher)?
    }

    /// - Parameters:
    ///   - program: what is started for plugins with `isolation = "process"`.
    ///   - limits: of those.
    package init(
        _ configuration: PluginConfiguration, program: ChildProgram = .current,
        limits: IsolationLimits = IsolationLimits()
    ) {
        self.configuration = configuration
        self.program = program
        self.limits = limits
    }

    package func loadTransport() throws(PluginError) -> any Transport {
        try loaded.withLock { loaded throws(PluginError) in
            if let transport = loaded.transport { return transport }
            let transport: any Transport
            if try isIsolated(.transport) {
                transport = try IsolatedTransport(
                    isolated(.transport) { [limits] in TransferTable(patience: limits.call) })
            } else {
                let (plugin, settings) = try load(.transport, &loaded)
                transport = try PluginTransport(plugin, settings: settings)
            }
            loaded.transport = transport
            return transport
        }
    }

    package func loadDigest() throws(PluginError) -> any Digester {
        try loaded.withLock { loaded throws(PluginError) in
            if let digest = loaded.digest { return digest }
            let digest: any Digester =
                if try isIsolated(.digest) {
                    try IsolatedDigester(isolated(.digest) { LanePool() })
                } else {
                    try PluginDigester(load(.digest, &loaded).plugin)
                }
            loaded.digest = digest
            return digest
        }
    }

    package func loadPassword() throws(PluginError) -> any PasswordHasher {
        try loaded.withLock { loaded throws(PluginError) in
            if let password = loaded.password { return password }
            let password: any PasswordHasher
            if try isIsolated(.password) {
                password = try IsolatedPasswordHasher(isolated(.password) { LanePool() })
            } else {
                let (plugin, settings) = try load(.password, &loaded)
                password = try PluginPasswordHasher(plugin, settings: settings)
            }
            loaded.password = password
            return password
        }
    }

    /// Opens the storage backend with `shapes`, keeping what it keeps in files under `dataFolder`, which is created when missing. Each call
    /// opens it anew, so close the answer before the next. Throws `PluginError` or `StorageError`.
    package func loadStorage(shapes: ShapeSet, dataFolder: String) async throws -> Storage {
        let (plugin, settings) = try loaded.withLock { loaded throws(PluginError) in try load(.storage, &loaded) }
        return try await StorageOpening(plugin, settings, shapes).open(dataFolder: dataFolder)
    }

    /// The plugin itself, for tools that examine one.
    package func plugin(_ kind: PluginKind) throws(PluginError) -> LoadedPlugin {
        try loaded.withLock { loaded throws(PluginError) in try load(kind, &loaded).plugin }
    }

    private func isIsolated(_ kind: PluginKind) throws(PluginError) -> Bool {
        try configuration.choice(kind).isolation == .process
    }

    private func isolated<Listener: ChildListener>(
        _ kind: PluginKind, _ makeListener: @escaping @Sendable () -> Listener
    ) -> IsolatedPlugin<Listener> {
        IsolatedPlugin(kind, configuration, program, limits, makeListener)
    }

    private func load(_ kind: PluginKind, _ loaded: inout Loaded) throws(PluginError) -> (
        plugin: LoadedPlugin, settings: [Setting]
    ) {
        let choice = try configuration.choice(kind)
        let plugin: LoadedPlugin
        if let known = loaded.plugins[kind] {
            plugin = known
        } else {
            let path = try PluginSearch.path(of: choice, in: configuration.search)
            let file = try PluginFile.checking(path, for: choice, requirePins: configuration.requirePins)
            plugin = try LoadedPlugin(file, kind: kind)
            loaded.plugins[kind] = plugin
        }
        return (plugin, try plugin.settings(from: choice))
    }
}
