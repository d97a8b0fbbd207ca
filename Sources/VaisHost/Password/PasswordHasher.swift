/// Slow, memory-hard password hashes as PHC strings. Runs on the host's own threads, as many at once as memory and cores allow.
package protocol PasswordHasher: Sendable {
    /// Hashes with a fresh random salt.
    func hash(_ secret: [UInt8]) async throws(PluginError) -> String
    /// Whether `secret` is the one behind `phc`, in constant time.
    func verify(_ secret: [UInt8], against phc: String) async throws(PluginError) -> Bool
    /// Whether `phc` was made with weaker parameters than today's.
    func needsRehash(_ phc: String) async -> Bool
}
