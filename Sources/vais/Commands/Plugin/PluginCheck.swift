internal import ArgumentParser
internal import VaisClient
internal import VaisConformance
internal import VaisHost

/// Not asynchronous: the processes it starts end with the thread that started them, so that none is left behind.
struct PluginCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Try every promise of the plugin interface on a plugin.",
        discussion:
            "The plugin runs in processes of its own, on data in temporary folders: a crash or a call that never returns is a finding, and the "
            + "run goes on. A text among the settings may hold {store}, which becomes a name that no other store of the run has. "
            + "Exit status: 0 when every promise is kept, 5 when one is not.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var plugin: PluginFileOptions
    @Option(help: "How much is tried: quick, full or soak.", transform: { try level($0) }) var level = Level.quick
    @Option(help: "Repeats the run of this seed.") var seed: UInt64?
    @Option(help: "Try only this group, or only checks whose name begins so, as in 'model' or 'order: text'.")
    var only: String?
    @Option(help: "Seconds after which a check counts as hanging.") var deadline: Int?
    @Flag(help: "Answer in JSON.") var json = false

    func validate() throws {
        if let only, PluginKind.allCases.allSatisfy({ Self.checks($0, only, .soak).isEmpty }) {
            let groups = Check.Group.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw ValidationError("no check is named `\(printable(only))`\nhint: the groups are \(groups)")
        }
        if let deadline, deadline < 1 { throw ValidationError("--deadline must be 1 or more seconds") }
    }

    func run() throws {
        _ = try common.begin(json: json)
        let checked = try plugin.checked(common, for: [.storage, .digest, .password])
        let seed = seed ?? .random(in: 0...UInt64(UInt32.max))
        let supervisor = Supervisor(
            .current, plugin: checked.plugin, kind: checked.kind, configuration: checked.configuration, seed: seed,
            level: level, deadline: deadline)
        let checks = Self.checks(checked.kind, only, level)
        guard !checks.isEmpty else {
            throw ClientError(
                .usage,
                "no check of this name is part of level \(level.rawValue) for a \(checked.kind.rawValue) plugin",
                hint: "try `--level soak`, or without `--only`")
        }
        Output.current.step("Checking", "\(printable(checked.plugin)), level \(level.rawValue), seed \(seed)")
        var progress = CheckProgress()
        let report = try supervisor.run(checks) { progress.show($0) }
        progress.end()
        let text = CheckReport(report, CapabilityMatrix(report), again: again(seed))
        if json { text.writeJSON(level) } else { text.write() }
        if !text.findings.isEmpty { throw ExitCode(ClientError.Code.difference.rawValue) }
    }

    private func again(_ seed: UInt64) -> String {
        (["vais plugin check"] + plugin.repeating + (level == .quick ? [] : ["--level", level.rawValue])
            + ["--seed", "\(seed)", "--only"]).joined(separator: " ")
    }

    /// The checks of a level; those of one group, or whose name with the group's before it begins with `only`.
    private static func checks(_ kind: PluginKind, _ only: String?, _ level: Level) -> [Check] {
        let all = Check.all(of: kind, at: level)
        guard let only else { return all }
        if let group = Check.Group(rawValue: only) { return all.filter { $0.group == group } }
        return all.filter { $0.description.utf8.starts(with: only.utf8) }
    }

    private static func level(_ text: String) throws -> Level {
        guard let level = Level(rawValue: text) else {
            throw ValidationError("the levels are quick, full and soak, not `\(printable(text))`")
        }
        return level
    }
}
