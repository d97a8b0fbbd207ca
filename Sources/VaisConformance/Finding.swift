/// A promise of the plugin ABI that a plugin did not keep.
package struct Finding: Sendable, CustomStringConvertible {
    /// The check that found it, as in "atomicity: a failing guard leaves nothing".
    package var check: String
    /// What was done, what was expected, and what came instead.
    package var message: String

    package var description: String { "\(check): \(message)" }
}

/// How one check ended.
package struct CheckResult: Sendable {
    package var check: Check
    package var findings: [Finding]
    /// Why the check does not apply to this plugin, such as an interface it does not offer; nil when it ran.
    package var inapplicable: String?

    package var passed: Bool { findings.isEmpty }
}

/// How a whole run ended.
package struct Report: Sendable {
    /// Repeats the same run.
    package var seed: UInt64
    package var results: [CheckResult]

    package var findings: [Finding] { results.flatMap(\.findings) }
    package var passed: Bool { findings.isEmpty }
}
