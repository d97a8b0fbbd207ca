internal import Glibc

/// Password hashes of a plugin that runs in a process of its own: as many at once as `PasswordBudget` allows. Secrets cross in memory that is
/// wiped afterwards.
final class IsolatedPasswordHasher: PasswordHasher {
    typealias Plugin = IsolatedPlugin<LanePool<PasswordOffer>>

    let plugin: Plugin
    private let threads: BlockingThreads

    /// What is no longer than any hash with its parameters.
    private static let longestHash = 64 << 10

    /// Starts the process, so that what is wrong with the plugin is told now.
    init(_ plugin: Plugin) throws(PluginError) {
        self.plugin = plugin
        let offer = try plugin.running().listener.offer
        let budget = PasswordBudget(
            memory: offer?.memory ?? 0, threads: offer?.threads ?? 1, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        threads = BlockingThreads(count: budget.atOnce, name: "vais-password")
    }

    func hash(_ secret: [UInt8]) async throws(PluginError) -> String {
        try PasswordLibrary.requireUsable(secret)
        return try await run { [self] () throws(PluginError) in
            let bytes = try ask(.hash, PasswordLibrary.salt(), secret, "hash a password")
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw PluginError(.failed, "the password plugin answered a hash that is not UTF-8")
            }
            return text
        }
    }

    func verify(_ secret: [UInt8], against phc: String) async throws(PluginError) -> Bool {
        try PasswordLibrary.requireUsable(secret)
        return try await run { [self] () throws(PluginError) in
            try ask(.verify, Array(phc.utf8), secret, "check a password") == [1]
        }
    }

    func needsRehash(_ phc: String) async -> Bool {
        let answer = try? await run { [self] () throws(PluginError) in
            try ask(.isOutdated, Array(phc.utf8), [], "tell whether a hash is outdated")
        }
        return answer == [1]
    }

    /// On one of the threads.
    private func ask(
        _ kind: FrameKind, _ first: [UInt8], _ secret: [UInt8], _ action: String
    ) throws(PluginError) -> [UInt8] {
        guard first.count <= Self.longestHash else {
            throw PluginError(.failed, "a stored hash has \(first.count) bytes, more than \(Self.longestHash)")
        }
        let running = try plugin.running()
        let answer = try running.listener.call(running.child, action, within: plugin.limits.hash) {
            lane throws(FrameSocket.Failure) -> Lane.Answer in
            var request = LaneRequest(kind)
            request.first = UInt32(first.count)
            request.second = UInt32(secret.count)
            let used = UnsafeMutableRawBufferPointer(rebasing: lane.memory.bytes[..<(first.count + secret.count)])
            used.copyBytes(from: first)
            UnsafeMutableRawBufferPointer(rebasing: used[first.count...]).copyBytes(from: secret)
            defer { wipeMemory(used) }
            return try lane.ask(request)
        }
        return try answer.get()
    }

    private func run<T: Sendable>(
        _ work: @escaping @Sendable () throws(PluginError) -> T
    ) async throws(PluginError) -> T {
        do { return try await threads.run(work) } catch {
            throw error as? PluginError
                ?? PluginError(.failed, "the password plugin has no threads left to be asked by", hint: "try again")
        }
    }
}
