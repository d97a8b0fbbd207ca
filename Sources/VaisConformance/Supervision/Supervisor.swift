package import VaisHost

/// Tries a plugin in processes of their own, so that a crash, an exit or a call that never returns is a finding of the check in progress;
/// the run goes on with the next check in a new process.
package struct Supervisor: Sendable {
    /// What a run says while it goes on.
    package enum Progress: Sendable {
        case began(Check)
        case ended(CheckResult)
    }

    package var program: KitProgram
    /// Absolute path of a file that passed the checks of `PluginFile`.
    package var plugin: String
    /// What the plugin is for; the checks are of this kind.
    package var kind: PluginKind
    package var configuration: String?
    package var seed: UInt64
    package var level: Level
    /// How long one check may take before it counts as hanging, in seconds.
    package var deadline: Int

    package init(
        _ program: KitProgram, plugin: String, kind: PluginKind = .storage, configuration: String? = nil, seed: UInt64,
        level: Level = .quick, deadline: Int? = nil
    ) {
        self.program = program
        self.plugin = plugin
        self.kind = kind
        self.configuration = configuration
        self.seed = seed
        self.level = level
        self.deadline = deadline ?? level.deadline
    }

    /// Runs the checks in order. Blocks the calling thread, on which the processes depend.
    ///
    /// - Throws: when the host's loader does not take the plugin.
    package func run(_ checks: [Check], _ observe: (Progress) -> Void = { _ in }) throws(PluginError) -> Report {
        let folder: String
        do { folder = try newFolder() } catch { throw PluginError(.failed, "cannot try the plugin: \(error)") }
        defer { removeFolder(folder) }
        var report = Report(seed: seed, results: [])
        var waiting = checks[...]
        repeat {
            var process = try Supervised(self, waiting, folder)
            try process.follow { event throws(PluginError) in
                switch event {
                case .began(let check): observe(.began(check))
                case .loaded(let facts): report.facts = facts
                case .ended(let result):
                    report.results.append(result)
                    observe(.ended(result))
                }
            }
            if process.isLoaded { waiting = waiting.dropFirst(process.endedCount) } else { waiting = [] }
        } while !waiting.isEmpty
        return report
    }
}

/// One process of a run, and the checks it was given.
private struct Supervised {
    enum Event {
        case loaded(PluginFacts)
        case began(Check)
        case ended(CheckResult)
    }

    /// Whether the process came as far as the first check.
    private(set) var isLoaded = false
    private(set) var endedCount = 0
    private let process: KitProcess
    private let checks: ArraySlice<Check>
    private let deadline: Int
    private var findings: [Finding] = []
    private var current: Check?

    init(_ supervisor: Supervisor, _ checks: ArraySlice<Check>, _ folder: String) throws(PluginError) {
        self.checks = checks
        deadline = supervisor.deadline
        let job = KitJob(
            task: .check, plugin: supervisor.plugin, kind: supervisor.kind, configuration: supervisor.configuration,
            seed: supervisor.seed, level: supervisor.level, checks: checks.map(\.description), folder: folder)
        do { process = try KitProcess(supervisor.program, job) } catch {
            throw PluginError(.failed, "cannot try the plugin in a process of its own: \(error)")
        }
    }

    /// Reads what the process reports until it has ended.
    mutating func follow(_ tell: (Event) throws(PluginError) -> Void) throws(PluginError) {
        var until = allowance()
        while true {
            switch process.line(until: until) {
            case .timeout:
                process.kill()
                return try finish(
                    with: "it did not return within \(deadline) s, and the process was killed", expected: "an answer",
                    tell)
            case .end:
                guard let end = process.wait(until: allowance()) else {
                    process.kill()
                    return try finish(
                        with: "the process did not end within \(deadline) s, and was killed", expected: "its end", tell)
                }
                let isOver = current == nil && endedCount == checks.count && isLoaded
                if end == .exit(0), isOver { return }
                let words = process.lastWords
                return try finish(
                    with: end.description + (words.isEmpty ? "" : "; its last words: \(quotedText(words))"),
                    expected: "that the process goes on", tell)
            case .text(let bytes):
                guard let event = KitEvent(bytes) else { continue }
                until = allowance()
                try take(event, tell)
            }
        }
    }

    private mutating func take(_ event: KitEvent, _ tell: (Event) throws(PluginError) -> Void) throws(PluginError) {
        switch event {
        case .loaded(let facts): try tell(.loaded(facts))
        case .refused(let message, let hint): throw PluginError(.loading, message, hint: hint)
        case .found(let finding): findings.append(finding)
        case .began(let name):
            findings = []
            current = name == Check.loading.description ? Check.loading : checks.first { $0.description == name }
            if let current, isLoaded { try tell(.began(current)) }
        case .ended(_, let inapplicable):
            try end(inapplicable: inapplicable, tell)
        case .measured, .described, .done: break
        }
    }

    private mutating func end(inapplicable: String?, _ tell: (Event) throws(PluginError) -> Void) throws(PluginError) {
        guard let check = current else { return }
        let result = CheckResult(check, findings: findings, inapplicable: inapplicable)
        (current, findings) = (nil, [])
        if isLoaded {
            endedCount += 1
            try tell(.ended(result))
        } else {
            isLoaded = true
            if !result.passed { try tell(.ended(result)) }
        }
    }

    /// The process is gone: a finding of the check in progress, or of the next, or, after the last, of that one's end.
    private mutating func finish(
        with message: String, expected: String, _ tell: (Event) throws(PluginError) -> Void
    ) throws(PluginError) {
        let isBetween = current == nil
        let next = checks.dropFirst(endedCount).first
        let check = current ?? (isLoaded ? next ?? checks.last : Check.loading) ?? Check.loading
        findings.append(
            Finding(
                check: check.description, message: isBetween && next == nil ? "after every check, \(message)" : message,
                expected: expected))
        let result = CheckResult(check, findings: findings)
        (current, findings) = (nil, [])
        if isLoaded, next != nil { endedCount += 1 }
        try tell(.ended(result))
    }

    private func allowance() -> UInt64 { monotonicNow() + UInt64(max(1, deadline)) * 1_000_000_000 }
}
