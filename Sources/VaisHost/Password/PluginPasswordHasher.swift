internal import CVaisPlugin
internal import Glibc

/// Password hashes of a plugin, as many at once as `PasswordBudget` allows; further ones wait their turn without holding a thread of Swift's
/// pool.
package final class PluginPasswordHasher: PasswordHasher {
    private let library: PasswordLibrary
    private let threads: BlockingThreads

    package init(_ plugin: LoadedPlugin, settings: [Setting]) throws(PluginError) {
        library = try PasswordLibrary(plugin, settings: settings)
        let cost = library.cost()
        let budget = PasswordBudget(
            memory: cost.memory, threads: cost.threads, cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        threads = BlockingThreads(count: budget.atOnce, name: "vais-password")
    }

    deinit {
        let library = library
        if library.gate.isNarrow { threads.runLater { library.close() } } else { library.close() }
    }

    package func hash(_ secret: [UInt8]) async throws(PluginError) -> String {
        try PasswordLibrary.requireUsable(secret)
        return try await run { [library] () throws(PluginError) in
            let phc = try PasswordLibrary.salt().withUnsafeBufferPointer { salt throws(PluginError) in
                try secret.withUnsafeBufferPointer { secret throws(PluginError) in
                    try library.hash(vais_span(secret), salt: vais_span(salt))
                }
            }
            return String(decoding: phc, as: UTF8.self)
        }
    }

    package func verify(_ secret: [UInt8], against phc: String) async throws(PluginError) -> Bool {
        try PasswordLibrary.requireUsable(secret)
        return try await run { [library] () throws(PluginError) in
            try Array(phc.utf8).withUnsafeBufferPointer { phc throws(PluginError) in
                try secret.withUnsafeBufferPointer { secret throws(PluginError) in
                    try library.verify(vais_span(secret), against: vais_span(phc))
                }
            }
        }
    }

    /// Quick, so it is asked at once; but where calls wait for each other, on a thread that may block. False when the plugin does not say.
    package func needsRehash(_ phc: String) async -> Bool {
        let ask: @Sendable () -> Bool = { [library] in
            var phc = phc
            return phc.withUTF8 { library.isOutdated(vais_span($0)) }
        }
        guard library.gate.isNarrow else { return ask() }
        return (try? await threads.run(ask)) ?? false
    }

    private func run<T: Sendable>(_ work: @escaping @Sendable () throws(PluginError) -> T) async throws(PluginError)
        -> T
    {
        do { return try await threads.run(work) } catch {
            switch error {
            case let error as PluginError: throw error
            case let stuck as StuckCall: throw PluginError(.failed, stuck.message, hint: StuckCall.hint)
            case let refusal as ThreadsStuck: throw PluginError(.failed, refusal.call.refusal, hint: StuckCall.hint)
            default: throw PluginError(.failed, "\(library.name) has no threads left to work on", hint: "try again")
            }
        }
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
