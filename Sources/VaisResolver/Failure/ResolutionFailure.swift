package import VaisModel

/// Why a project's requirements have no resolution.
package struct ResolutionFailure: Error, Sendable {
    package enum Code: String, Sendable {
        /// No choice of versions meets all requirements.
        case conflict
        /// The chosen packages need each other in a circle.
        case cycle
        /// The search was given up before it came to an end.
        case exhausted
    }

    /// One sentence of the explanation.
    package struct Line: Hashable, Sendable, CustomStringConvertible {
        /// By which later sentences refer to this one, as `(1)`.
        package let number: Int?
        package let text: String

        package var description: String { number.map { "\($0). \(text)" } ?? text }
    }

    package let code: Code
    /// What failed, in one line without a full stop: `` `a ^1` and `b ^2` cannot both be met``.
    package let message: String
    /// Why, sentence by sentence; for a cycle, its drawing.
    package let explanation: [Line]
    /// Steps that are likely to help, most helpful first.
    package let hints: [String]
    /// The project's own requirements that cannot all be met, by name. Any others play no part in the conflict.
    package let requirements: [CandidateDependency]
    /// The proof as a graph, for programs. Empty if it is too large to be of use, or if there is no conflict.
    package let derivation: [DerivationStep]
    /// Changes of single requirements that were tried and work, by name. The hints begin with them.
    package let repairs: [Repair]
    package let cycle: DependencyCycle?
    package let statistics: ResolverStatistics

    /// The hints in one line, nil if there are none.
    package var hint: String? { hints.isEmpty ? nil : hints.joined(separator: "; ") }
}

extension ResolutionFailure: CustomStringConvertible {
    /// The message, the explanation indented by two, and a line for each hint.
    package var description: String {
        ([message] + explanation.map { "  \($0)" } + hints.map { "hint: \($0)" }).joined(separator: "\n")
    }
}

/// A change of one requirement that was tried and makes the resolution work.
package struct Repair: Hashable, Sendable, CustomStringConvertible {
    package let name: PackageName
    /// What the manifest says now.
    package let replaced: [Requirement]
    /// What it should say.
    package let requirement: Requirement

    /// `` `json ^1.4.0` in place of `^2` works``
    package var description: String {
        let old = replaced.map(\.text).joined(separator: "` and `")
        return "`\(name) \(requirement)` in place of `\(old)` works"
    }
}

/// One node of the proof behind a conflict.
package struct DerivationStep: Hashable, Sendable {
    package enum Kind: String, Sendable {
        /// The project requires it.
        case project
        /// A package requires it.
        case dependency
        /// Required, but nothing can meet it.
        case unmet
        /// A release depends on itself.
        case selfDependency
        /// Follows from the steps in `causes`.
        case conclusion
    }

    package let kind: Kind
    /// As in the explanation, without number or full stop.
    package let statement: String
    /// The packages it speaks of, by name.
    package let packages: [PackageName]
    /// The places of the steps it follows from; none for a fact.
    package let causes: [Int]
}
