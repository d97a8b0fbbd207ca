internal import CVaisPlugin
internal import Glibc

/// The functions of a password plugin and its open hasher. Each call blocks; any number may be under way, as far as the plugin's gate lets
/// them. Its tables live as long as the process: hence unchecked.
final class PasswordLibrary: @unchecked Sendable {
    private let table: vais_password
    private let hasher: OpaquePointer
    let gate: PluginGate
    let name: String

    /// Longer secrets are refused: nobody types them, and each would be hashed whole.
    private static let longestSecret = 4096

    init(_ plugin: LoadedPlugin, settings: [Setting]) throws(PluginError) {
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
    }

    /// The last call.
    func close() { gate.end("cannot close the hasher") { table.close(hasher) } }

    /// What one hash takes: bytes of memory, and threads.
    func cost() -> (memory: UInt64, threads: UInt32) {
        var memory: UInt64 = 0
        var lanes: UInt32 = 0
        gate.end("cannot ask what a hash costs") { table.cost(hasher, &memory, &lanes) }
        return (memory, lanes)
    }

    /// Fresh random bytes.
    static func salt() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    func hash(_ secret: vais_span, salt: vais_span) throws(PluginError) -> [UInt8] {
        var text = [UInt8](repeating: 0, count: 512)
        var count: UInt64 = 0
        let (status, said) = pluginCall(gate, "cannot hash a password", timeout: gate.patience.call * 2) { call in
            text.withUnsafeMutableBytes { text in
                table.hash(
                    hasher, secret, salt, text.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(text.count),
                    &count, call)
            }
        }
        guard status == VAIS_OK, count <= UInt64(text.count) else { throw failed("hash a password", status, said) }
        return Array(text.prefix(Int(count)))
    }

    func verify(_ secret: vais_span, against phc: vais_span) throws(PluginError) -> Bool {
        let (status, said) = pluginCall(gate, "cannot check a password", timeout: gate.patience.call * 2) {
            table.verify(hasher, phc, secret, $0)
        }
        switch status {
        case VAIS_OK: return true
        case VAIS_DENIED: return false
        default: throw failed("check a password", status, said)
        }
    }

    /// False when the plugin does not say.
    func isOutdated(_ phc: vais_span) -> Bool {
        var answer: UInt32 = 0
        gate.end("cannot ask whether a hash is outdated") { answer = table.needs_rehash(hasher, phc) }
        return answer != 0
    }

    static func requireUsable(_ secret: [UInt8]) throws(PluginError) {
        guard secret.count <= longestSecret else {
            throw PluginError(
                .failed, "a password has \(secret.count) bytes, more than \(longestSecret)",
                hint: "choose a shorter one")
        }
    }

    private func failed(_ action: String, _ status: vais_status, _ said: String?) -> PluginError {
        PluginError(.failed, "\(name) failed to \(action): \(said ?? "status \(status)")", hint: nil)
    }
}

extension vais_span {
    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.init(data: bytes.baseAddress, size: UInt64(bytes.count)) }

    init(_ bytes: UnsafeRawBufferPointer) {
        self.init(data: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: UInt64(bytes.count))
    }
}
