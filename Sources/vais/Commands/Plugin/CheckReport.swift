internal import VaisClient
internal import VaisConformance
internal import VaisProtocol

/// The outcome of a check, for people and for programs.
struct CheckReport {
    let findings: [Finding]
    private let report: Report
    private let matrix: CapabilityMatrix
    /// The command that repeats a part of the run; the part follows.
    private let again: String

    init(_ report: Report, _ matrix: CapabilityMatrix, again: String) {
        self.report = report
        self.matrix = matrix
        self.again = again
        findings = report.findings + matrix.findings
    }

    func write() {
        let output = Output.current
        for finding in findings {
            output.data("finding: \(printable(finding.check))")
            output.data("    \(printable(finding.message))")
            if let expected = finding.expected { output.data("    expected: \(printable(expected))") }
            if let got = finding.got { output.data("    got:      \(printable(got))") }
            for step in finding.steps { output.data("      \(printable(step))") }
            output.data("    again:    \(printable(command(finding)))")
        }
        if let facts = report.facts {
            let backend = facts.backend.isEmpty ? "" : ", on \(facts.backend)"
            output.data(printable("\(facts.id) \(facts.version)\(backend); threads: \(facts.threads)"))
            if !facts.algorithms.isEmpty {
                output.data(printable("  algorithms: \(facts.algorithms.joined(separator: " "))"))
            }
            if !matrix.rows.isEmpty { output.data("  capability          declared  seen") }
            for row in matrix.rows {
                output.data(
                    "  \(padded(row.capability.rawValue, 20))\(padded(row.declared.rawValue, 10))\(row.seen.rawValue)")
            }
            for limit in facts.limits {
                output.data("  at most \(limit.value == 0 ? "any number of" : "\(limit.value)") \(limit.name)")
            }
        }
        let skipped = report.results.filter { $0.inapplicable != nil && $0.passed }
        for result in skipped where Output.current.isVerbose {
            output.data(printable("not tried: \(result.check): \(result.inapplicable ?? "")"))
        }
        output.data(
            "\(counted(report.results.count, "check")), \(skipped.count) of them do not apply, "
                + "\(counted(findings.count, "finding"))")
    }

    func writeJSON(_ level: Level) {
        Output.current.json { writer in
            writer.member("level", level.rawValue)
            writer.member("seed", report.seed)
            if let facts = report.facts {
                writer.key("plugin")
                facts.write(to: &writer)
            }
            writer.member("checks", report.results) { writer, result in
                writer.object { writer in
                    writer.member("group", result.check.group.rawValue)
                    writer.member("name", result.check.name)
                    writer.member(
                        "outcome", !result.passed ? "failed" : result.inapplicable == nil ? "passed" : "skipped")
                    writer.member("reason", ifPresent: result.inapplicable)
                }
            }
            writer.member("findings", findings) { writer, finding in finding.write(to: &writer) }
            writer.member("capabilities", matrix.rows) { writer, row in
                writer.object { writer in
                    writer.member("name", row.capability.rawValue)
                    writer.member("declared", row.declared.rawValue)
                    writer.member("seen", row.seen.rawValue)
                }
            }
        }
    }

    /// Repeats the check alone; one that is not of the list, such as loading, the group.
    private func command(_ finding: Finding) -> String {
        let isListed = Check.all.contains { $0.description == finding.check }
        let group = report.results.first { $0.check.description == finding.check }?.check.group.rawValue
        return again + " " + shellWord(isListed ? finding.check : group ?? "hygiene")
    }
}

/// The text with spaces behind it up to a width, one at least.
func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
