internal import Glibc
internal import VaisModel

/// Hash functions of a digest plugin that runs in a process of its own. Blocks its caller while that computes.
final class IsolatedDigester: Digester {
    typealias Plugin = IsolatedPlugin<LanePool<DigestOffer>>

    let plugin: Plugin

    /// Starts the process, so that what is wrong with the plugin is told now.
    init(_ plugin: Plugin) throws(PluginError) {
        self.plugin = plugin
        _ = try plugin.running()
    }

    func sha256() throws(PluginError) -> any RunningDigest { IsolatedDigest(plugin, "sha256") }

    func sha256(of bytes: UnsafeRawBufferPointer) throws(PluginError) -> Checksum {
        let checksum = try IsolatedDigest(plugin, "sha256").finish(with: bytes)
        do { return try Checksum(bytes: checksum) } catch {
            throw PluginError(.failed, "the digest plugin answered a SHA-256 of \(checksum.count) bytes")
        }
    }

    func running(_ algorithm: String) throws(PluginError) -> (any RunningDigest)? {
        let running = try plugin.running()
        guard running.listener.offer?.algorithms[algorithm] != nil else { return nil }
        return IsolatedDigest(plugin, algorithm)
    }
}
