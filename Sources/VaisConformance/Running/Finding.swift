/// A promise of the plugin ABI that a plugin did not keep.
package struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// The check that found it, as in "atomicity: a failing guard leaves nothing".
    package var check: String
    /// What was done, or, where nothing else is said, what was seen.
    package var message: String
    package var expected: String?
    package var got: String?
    /// How to come there: the shortest sequence of calls that was found, or the history of several threads.
    package var steps: [String] = []

    package var description: String {
        var text = "\(check): \(message)"
        if let expected { text += ": expected \(expected)" }
        if let got { text += "\(expected == nil ? ":" : ",") got \(got)" }
        return ([text] + steps.map { "    " + $0 }).joined(separator: "\n")
    }
}

/// How one check ended.
package struct CheckResult: Sendable {
    package var check: Check
    package var findings: [Finding]
    /// Why the check does not apply to this plugin, such as an interface it does not offer; nil when it ran.
    package var inapplicable: String?

    package init(_ check: Check, findings: [Finding] = [], inapplicable: String? = nil) {
        self.check = check
        self.findings = findings
        self.inapplicable = inapplicable
    }

    package var passed: Bool { findings.isEmpty }
}

/// How a whole run ended.
package struct Report: Sendable {
    /// Repeats the same run, but for the order in which threads and processes take turns.
    package var seed: UInt64
    package var results: [CheckResult]
    /// What the plugin says of itself; nil when it could not be asked.
    package var facts: PluginFacts?

    package var findings: [Finding] { results.flatMap(\.findings) }
    package var passed: Bool { findings.isEmpty }
}
