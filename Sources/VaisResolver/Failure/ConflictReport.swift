import VaisModel

/// From a failed solver to an error worth reading.
extension ResolutionFailure {
    init(_ solver: Solver, _ proof: Proof, suggestions: [PackageName: PackageName], repairs: [Repair]) {
        let wording = Wording(proof, catalog: solver.catalog, store: solver.store, project: solver.project)
        let facts = proof.facts
        let required = facts.filter(wording.isRootFact).compactMap(wording.edge)
            .sorted { solver.catalog.name($0.dependency) < solver.catalog.name($1.dependency) }
        code = .conflict
        message = ResolutionFailure.headline(required.map(wording.requirement))
        if let only = facts.first, proof.nodes.count == 1 {
            explanation = [Line(number: nil, text: wording.sentence(only))]
        } else if proof.isComplete {
            explanation = Explanation(proof, wording: wording).lines()
        } else {
            explanation = ResolutionFailure.example(solver, required)
        }
        hints =
            repairs.prefix(3).map(\.description)
            + Hints(catalog: solver.catalog, project: solver.project, suggestions: suggestions)
            .all(for: facts.filter(wording.isUnmet).compactMap(wording.edge))
        self.repairs = repairs
        requirements = required.flatMap { edge in
            solver.catalog.requirements.requirements(edge.requirement)
                .map { CandidateDependency(solver.catalog.name(edge.dependency), $0) }
        }
        derivation = wording.derivation(of: proof)
        cycle = nil
        statistics = solver.statistics
    }

    init(cycle: DependencyCycle, statistics: ResolverStatistics) {
        let names = cycle.steps.map { "\($0.release.name)" }
        let shown = names.count > 4 ? Array(names.prefix(3)) + ["\(names.count - 3) more"] : names
        code = .cycle
        message =
            names.count == 1 ? "\(names[0]) depends on itself" : "\(list(shown, "and")) depend on each other in a cycle"
        explanation = cycle.drawing.map { Line(number: nil, text: $0) }
        hints = ["none of them can be built before the others; require versions that do not close the circle"]
        requirements = []
        derivation = []
        repairs = []
        self.cycle = cycle
        self.statistics = statistics
    }

    init(exhaustedAfter statistics: ResolverStatistics) {
        code = .exhausted
        message = "gave up after \(statistics.conflicts) dead ends without finding a choice of versions"
        explanation = []
        hints = ["narrow the requirements: `=` or `^` with a full version leaves less to try"]
        requirements = []
        derivation = []
        repairs = []
        cycle = nil
        self.statistics = statistics
    }

    /// What to say in place of a proof that nobody would read.
    private static func example(_ solver: Solver, _ required: [Edge]) -> [Line] {
        let opening = Line(number: nil, text: "There are too many combinations to explain why each fails.")
        guard let (narrowed, failure) = solver.newestChoice(of: required) else { return [opening] }
        let proof = narrowed.proof(of: failure)
        guard proof.isComplete, proof.nodes.count > 1 else { return [opening] }
        let wording = Wording(proof, catalog: narrowed.catalog, store: narrowed.store, project: narrowed.project)
        let lines = Explanation(proof, wording: wording).lines()
        return [opening, Line(number: nil, text: "With the newest versions of what the project requires:")] + lines
    }

    private static func headline(_ required: [String]) -> String {
        let quoted = required.map { "`\($0)`" }
        switch quoted.count {
        case 0: return "the project's requirements cannot be met"
        case 1: return "\(quoted[0]) cannot be met"
        case 2: return "\(list(quoted, "and")) cannot both be met"
        case 3...5: return "\(list(quoted, "and")) cannot all be met"
        default: return "\(list(Array(quoted.prefix(4)) + ["\(quoted.count - 4) more"], "and")) cannot all be met"
        }
    }
}

extension Wording {
    /// The proof for programs; empty above a size that no program would show.
    func derivation(of proof: Proof) -> [DerivationStep] {
        guard proof.isComplete, proof.nodes.count <= 2_000 else { return [] }
        return proof.nodes.map { node in
            guard node.causes == nil, let id = node.id else {
                return DerivationStep(
                    kind: .conclusion, statement: conclusion(node.terms), packages: packages(node.terms),
                    causes: node.causes.map { [$0.left, $0.right] } ?? [])
            }
            return DerivationStep(kind: kind(id), statement: fact(id), packages: packages(of: id), causes: [])
        }
    }
}
