internal import Logging

/// What a plugin's process is started for: a file that has passed the checks, and how it was chosen.
struct ChildJob: Sendable {
    let choice: PluginChoice
    /// With its digest.
    let file: PluginFile
    let program: ChildProgram
    let limits: IsolationLimits

    var hello: HelloMessage {
        HelloMessage(
            kind: choice.kind, path: file.path, sha256: file.sha256 ?? "", identity: file.identity,
            logLevel: HostLog.lowestLevel)
    }

    /// "the digest plugin /usr/lib/vais/plugins/libx.so (dev.vais.x 0.1.0)"
    var title: String {
        "the \(choice.kind.rawValue) plugin \(plainText(file.path)) (\(file.note.id) \(file.note.version))"
    }

    /// How to look into what went wrong.
    private var examination: String { "`vais plugin check \(plainText(file.path))` looks for what is wrong with it" }

    // MARK: Errors

    /// - Parameter reason: continues "the plugin …, in a process of its own, …".
    func ended(_ reason: String, _ words: String?) -> PluginError {
        PluginError(
            .unavailable, "\(title), in a process of its own, \(reason)\(Self.quotation(words))",
            hint: "try again: the next call starts it anew; if this goes on, \(examination)")
    }

    func endedWhileLoading(_ reason: String, _ words: String?) -> PluginError {
        PluginRefusal(choice.kind, file.path, note: file.note).error(
            .loading, "loaded in a process of its own, it \(reason)\(Self.quotation(words))", hint: examination)
    }

    func closed() -> PluginError { PluginError(.failed, "\(title) is closed") }

    func unstarted(_ failure: StartFailure) -> PluginError {
        PluginError(
            .unavailable,
            "cannot start a process for \(title) from \(plainText(program.path)): \(systemMessage(failure.code))",
            hint: "raise the limits of processes and descriptors (`ulimit -u`, `ulimit -n`), or free memory")
    }

    func noResources() -> PluginError {
        PluginError(
            .unavailable, "cannot reach a process for \(title): no descriptors or threads are left",
            hint: "raise the limits of processes and descriptors (`ulimit -u`, `ulimit -n`)")
    }

    private static func quotation(_ words: String?) -> String { words.map { "; it wrote \"\($0)\"" } ?? "" }
}
