internal import Synchronization

/// The plugins of this process: each kind is found, checked, loaded and opened when it is first asked for, once. Thread-safe.
package final class PluginHost: Sendable {
    package let configuration: PluginConfiguration
    private let loaded = Mutex(Loaded())

    private struct Loaded {
        var plugins: [PluginKind: LoadedPlugin] = [:]
        var transport: (any Transport)?
        var digest: (any Digester)?
        var password: (any PasswordHasher)?
    }

    package init(_ configuration: PluginConfiguration) { self.configuration = configuration }

    package func loadTransport() throws(PluginError) -> any Transport {
        try loaded.withLock { loaded throws(PluginError) in
            if let transport = loaded.transport { return transport }
            let (plugin, settings) = try load(.transport, &loaded)
            let transport = try PluginTransport(plugin, settings: settings)
            loaded.transport = transport
            return transport
        }
    }

    package func loadDigest() throws(PluginError) -> any Digester {
        try loaded.withLock { loaded throws(PluginError) in
            if let digest = loaded.digest { return digest }
            let digest = try PluginDigester(load(.digest, &loaded).plugin)
            loaded.digest = digest
            return digest
        }
    }

    package func loadPassword() throws(PluginError) -> any PasswordHasher {
        try loaded.withLock { loaded throws(PluginError) in
            if let password = loaded.password { return password }
            let (plugin, settings) = try load(.password, &loaded)
            let password = try PluginPasswordHasher(plugin, settings: settings)
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
