/// What a plugin declares, beside what a run saw of it.
package struct CapabilityMatrix: Sendable {
    package enum Seen: String, Sendable {
        case works
        case fails
        /// Every check that would show it says that there is nothing to check.
        case absent
        /// No check of this run would show it.
        case untried = "not tried"
    }

    package struct Row: Sendable {
        package var capability: Capability
        package var declared: Capability.Offer
        package var seen: Seen
    }

    package let rows: [Row]

    package init(_ report: Report) {
        guard let facts = report.facts else {
            rows = []
            return
        }
        rows = Capability.allCases.filter { facts.offers[$0] != nil }.map { capability in
            let results = report.results.filter { $0.check.proves == capability }
            let seen: Seen =
                if results.isEmpty {
                    .untried
                } else if results.contains(where: { !$0.passed }) {
                    .fails
                } else if results.allSatisfy({ $0.inapplicable != nil }) {
                    .absent
                } else {
                    .works
                }
            return Row(capability: capability, declared: facts.offers[capability] ?? .none, seen: seen)
        }
    }

    /// What works and is not declared: a host cannot rely on it, and would do without.
    package var findings: [Finding] {
        rows.filter { $0.declared == .none && $0.seen == .works }.map { row in
            Finding(
                check: "capabilities: \(row.capability.rawValue)", message: "it declares none, and every check passes",
                expected: "a declaration, or an answer that refuses", got: "what works and is not declared")
        }
    }
}
