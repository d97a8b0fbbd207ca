package import VaisModel

/// Cryptographic hash functions, found once by name.
package protocol Digester: Sendable {
    /// A running SHA-256.
    func sha256() throws(PluginError) -> any RunningDigest
    /// The SHA-256 of some bytes at once.
    func sha256(of bytes: UnsafeRawBufferPointer) throws(PluginError) -> Checksum
    /// A running hash by its name ("sha512"), or nil when the plugin has no such algorithm.
    func running(_ algorithm: String) throws(PluginError) -> (any RunningDigest)?
}

/// One hash in the making. Used by one task or thread at a time; may move between them.
package protocol RunningDigest: AnyObject, Sendable {
    func update(_ bytes: UnsafeRawBufferPointer) throws(PluginError)
    /// The digest; nothing may follow.
    func finish() throws(PluginError) -> [UInt8]
}
