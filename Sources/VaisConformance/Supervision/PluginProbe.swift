package import VaisHost

/// Loads a plugin in a process of its own, and asks it what it is: a crash, an exit or a hang meanwhile is an error.
package struct PluginProbe: Sendable {
    private let program: KitProgram
    private let plugin: String
    private let kind: PluginKind
    /// How long loading may take, in seconds.
    private let deadline: Int

    /// - Parameter plugin: Absolute path of a file that passed the checks of `PluginFile`.
    package init(_ program: KitProgram, plugin: String, kind: PluginKind, deadline: Int) {
        self.program = program
        self.plugin = plugin
        self.kind = kind
        self.deadline = deadline
    }

    /// Blocks the calling thread, on which the process depends.
    package func run() throws(PluginError) -> PluginDescription {
        let folder: String
        do { folder = try newFolder() } catch { throw PluginError(.failed, "cannot load the plugin: \(error)") }
        defer { removeFolder(folder) }
        let job = KitJob(task: .probe, plugin: plugin, kind: kind, seed: 0, level: .quick, folder: folder)
        let process: KitProcess
        do { process = try KitProcess(program, job) } catch {
            throw PluginError(.failed, "cannot load the plugin in a process of its own: \(error)")
        }
        let until = monotonicNow() + UInt64(max(1, deadline)) * 1_000_000_000
        var description: PluginDescription?
        while true {
            switch process.line(until: until) {
            case .timeout:
                throw failure("it did not come back within \(deadline) s, and its process was killed")
            case .end:
                guard let end = process.wait(until: until) else {
                    throw failure("its process did not end within \(deadline) s, and was killed")
                }
                guard end == .exit(0), let description else {
                    let words = process.lastWords
                    throw failure(end.description + (words.isEmpty ? "" : "; its last words: \(quotedText(words))"))
                }
                return description
            case .text(let bytes):
                switch KitEvent(bytes) {
                case .described(let said): description = said
                case .refused(let message, let hint): throw PluginError(.loading, message, hint: hint)
                default: break
                }
            }
        }
    }

    private func failure(_ reason: String) -> PluginError {
        PluginError(
            .loading, "cannot load the \(kind.rawValue) plugin \(plugin): \(reason)",
            hint: "do not name it in plugins.toml; its author finds the place with "
                + "`gdb --args vais plugin inspect --load FILE` and `set follow-fork-mode child`")
    }
}
