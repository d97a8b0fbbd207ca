internal import VaisConformance

/// One line for each group of checks, with a mark for each check as it ends: + kept, ! not kept, - does not apply.
struct CheckProgress {
    private var group: Check.Group?
    private var marks = ""
    private var findings = 0

    mutating func show(_ progress: Supervisor.Progress) {
        switch progress {
        case .began(let check): begin(check.group)
        case .ended(let result):
            begin(result.check.group)
            let mark = !result.passed ? "!" : result.inapplicable != nil ? "-" : "+"
            findings += result.findings.count
            marks += mark
            Output.current.piece(mark)
        }
    }

    /// Ends the line of the last group.
    mutating func end() {
        guard group != nil else { return }
        Output.current.endPieces(findings == 0 ? "" : "  \(counted(findings, "finding"))")
        group = nil
    }

    private mutating func begin(_ next: Check.Group) {
        guard next != group else { return }
        end()
        (group, marks, findings) = (next, "", 0)
        Output.current.beginPieces(next.rawValue)
    }
}
