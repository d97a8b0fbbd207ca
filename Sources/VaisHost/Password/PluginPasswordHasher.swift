internal import CVaisPlugin
internal import Glibc

/// Password hashes of a plugin, as many at once as `PasswordBudget` allows; further ones wait their turn without holding a thread of Swift's
/// pool.
package final class PluginPasswordHasher: PasswordHasher, @unchecked Sendable {
    private let table: vais_password
    private let hasher: OpaquePointer
    private let gate: PluginGate
    private let name: String
    private let threads: BlockingThreads

    /// Longer secrets are refused: nobody types them, and each would be hashed whole.
    private static let longestSecret = 4096

    package init(_ plugin: LoadedPlugin, settings: [Setting]) throws(PluginError) {
        table = try plugin.requiredTable(vais_password.self).pointee
        gate = plugin.gate
        name = "the password plugin \(plugin.id) \(plugin.version)"
        let (table, gate) = (table, gate)
        var opened: OpaquePointer?
        let (status, said) = withNativeSettings(settings) { settings in
            var options = vais_password_options(
                struct_size: size(vais_password_options.self), setting_count: UInt32(settings.count),
                settings: settings.baseAddress)
            return pluginCall(gate, "cannot open the hasher") { table.open(&options, $0, &opened) }
        }
        guard status == VAIS_OK, let opened else {
            throw PluginError(
                .failed, "\(name) cannot be opened: \(said ?? "status \(status)")",
                hint: "check `[password.config]` in plugins.toml")
        }
        hasher = opened
        var memory: UInt64 = 0
        var lanes: UInt32 = 0
        gate.end("cannot ask what a hash costs") { table.cost(opened, &memory, &lanes) }
        let budget = PasswordBudget(memory: memory, threads: lanes, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        threads = BlockingThreads(count: budget.atOnce, name: "vais-password")
    }

    deinit {
        let (table, gate) = (table, gate)
        let bits = UInt(bitPattern: hasher)
        let close: @Sendable () -> Void = {
            gate.end("cannot close the hasher") { table.close(OpaquePointer(bitPattern: bits)) }
        }
        if gate.isNarrow { threads.runLater(close) } else { close() }
    }

    package func hash(_ secret: [UInt8]) async throws(PluginError) -> String {
        try requireUsable(secret)
        return try await run { [self] () throws(PluginError) in
            var random = SystemRandomNumberGenerator()
            let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            return try salt.withUnsafeBufferPointer { salt throws(PluginError) in
                try secret.withUnsafeBufferPointer { secret throws(PluginError) in
                    try phc(vais_span(secret), salt: vais_span(salt))
                }
            }
        }
    }

    package func verify(_ secret: [UInt8], against phc: String) async throws(PluginError) -> Bool {
        try requireUsable(secret)
        return try await run { [self] () throws(PluginError) in
            let phc = Array(phc.utf8)
            let (status, said) = phc.withUnsafeBufferPointer { phc in
                secret.withUnsafeBufferPointer { secret in
                    pluginCall(gate, "cannot check a password", timeout: gate.patience.call * 2) {
                        table.verify(hasher, vais_span(phc), vais_span(secret), $0)
                    }
                }
            }
            switch status {
            case VAIS_OK: return true
            case VAIS_DENIED: return false
            default: throw failed("check a password", status, said)
            }
        }
    }

    /// Quick, so it is asked at once; but where calls wait for each other, on a thread that may block. False when the plugin does not say.
    package func needsRehash(_ phc: String) async -> Bool {
        guard gate.isNarrow else { return isOutdated(phc) }
        return (try? await threads.run { [self] in isOutdated(phc) }) ?? false
    }

    private func isOutdated(_ phc: String) -> Bool {
        var answer: UInt32 = 0
        gate.end("cannot ask whether a hash is outdated") {
            var phc = phc
            answer = phc.withUTF8 { table.needs_rehash(hasher, vais_span($0)) }
        }
        return answer != 0
    }

    private func phc(_ secret: vais_span, salt: vais_span) throws(PluginError) -> String {
        var text = [CChar](repeating: 0, count: 512)
        var count: UInt64 = 0
        let (status, said) = pluginCall(gate, "cannot hash a password", timeout: gate.patience.call * 2) {
            table.hash(hasher, secret, salt, &text, UInt64(text.count), &count, $0)
        }
        guard status == VAIS_OK, count <= UInt64(text.count) else { throw failed("hash a password", status, said) }
        return String(decoding: text.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func run<T: Sendable>(_ work: @escaping @Sendable () throws(PluginError) -> T) async throws(PluginError)
        -> T
    {
        do { return try await threads.run(work) } catch {
            switch error {
            case let error as PluginError: throw error
            case let stuck as StuckCall: throw PluginError(.failed, stuck.message, hint: StuckCall.hint)
            case let refusal as ThreadsStuck: throw PluginError(.failed, refusal.call.refusal, hint: StuckCall.hint)
            default: throw PluginError(.failed, "\(name) has no threads left to work on", hint: "try again")
            }
        }
    }

    private func requireUsable(_ secret: [UInt8]) throws(PluginError) {
        guard secret.count <= Self.longestSecret else {
            throw PluginError(
                .failed, "a password has \(secret.count) bytes, more than \(Self.longestSecret)",
                hint: "choose a shorter one")
        }
    }

    private func failed(_ action: String, _ status: vais_status, _ said: String?) -> PluginError {
        PluginError(.failed, "\(name) failed to \(action): \(said ?? "status \(status)")", hint: nil)
    }
}

/// How many password hashes may run at once: together they take at most `memoryLimit`, and no more threads than there are cores.
struct PasswordBudget {
    static let memoryLimit: UInt64 = 256 << 20

    let atOnce: Int

    init(memory: UInt64, threads: UInt32, cores: Int) {
        let byMemory = Self.memoryLimit / max(1, memory)
        let byCores = UInt64(max(1, cores)) / UInt64(max(1, threads))
        atOnce = Int(max(1, min(byMemory, byCores)))
    }
}

extension vais_span {
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.init(data: bytes.baseAddress, size: UInt64(bytes.count)) }
}
