internal import Synchronization
internal import VaisHost

/// The plugins of this run: plugins.toml is looked for when the first plugin is needed. Thread-safe.
final class LazyPluginHost: Sendable {
    private let explicit: String?
    private let host = Mutex<PluginHost?>(nil)

    init(explicit: String?) { self.explicit = explicit }

    func get() throws -> PluginHost {
        try host.withLock { host in
            if let host { return host }
            let new = PluginHost(try PluginConfiguration.load(.current(explicit: explicit)))
            host = new
            return new
        }
    }
}
