package import VaisHost

/// Measures a plugin in a process of its own.
package struct PluginBench: Sendable {
    private let program: KitProgram
    private let plugin: String
    private let kind: PluginKind
    private let configuration: String?
    /// How long one measurement may take, in seconds.
    private static let deadline = 120

    package init(_ program: KitProgram, plugin: String, kind: PluginKind, configuration: String?) {
        self.program = program
        self.plugin = plugin
        self.kind = kind
        self.configuration = configuration
    }

    /// Passes on what the plugin says of itself, then each measurement as it is made.
    package func run(
        _ loaded: (PluginFacts) -> Void, _ measured: (Measurement) -> Void
    ) throws(PluginError) {
        let folder: String
        do { folder = try newFolder() } catch { throw PluginError(.failed, "cannot measure the plugin: \(error)") }
        defer { removeFolder(folder) }
        let job = KitJob(
            task: .measure, plugin: plugin, kind: kind, configuration: configuration, seed: 0, level: .quick,
            folder: folder)
        let process: KitProcess
        do { process = try KitProcess(program, job) } catch {
            throw PluginError(.failed, "cannot measure the plugin in a process of its own: \(error)")
        }
        while true {
            let until = monotonicNow() + UInt64(Self.deadline) * 1_000_000_000
            switch process.line(until: until) {
            case .timeout:
                throw failure("a measurement did not end within \(Self.deadline) s")
            case .end:
                guard let end = process.wait(until: until), end != .exit(0) else { return }
                throw failure("\(end)")
            case .text(let bytes):
                switch KitEvent(bytes) {
                case .loaded(let facts): loaded(facts)
                case .measured(let measurement): measured(measurement)
                case .refused(let message, let hint): throw PluginError(.loading, message, hint: hint)
                default: break
                }
            }
        }
    }

    private func failure(_ reason: String) -> PluginError {
        PluginError(
            .failed, "cannot measure \(plugin): \(reason)", hint: "`vais plugin check` looks for what is wrong with it")
    }
}
