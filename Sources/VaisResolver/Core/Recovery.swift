/// What happens after a conflict: learn, go back, carry on.
extension Solver {
    /// Learns from an incompatibility that holds. Returns the incompatibility without terms if there is no solution.
    mutating func recover(from conflict: IncompatibilityID) -> IncompatibilityID? {
        let conclusion = analysis.analyse(
            conflict, store: store, solution: solution, universes: catalog.universes)
        for package in changed { isChanged[package.index] = false }
        changed.removeAll(keepingCapacity: true)
        switch conclusion {
        case .unsolvable:
            return analysis.steps.count == 1 ? conflict : store.learn([], steps: analysis.steps)
        case .learned(let pivot, let level):
            let involved = analysis.members
            for package in involved { blame[package.index] += 1 }
            var learned = conflict
            if analysis.steps.count > 1 {
                learned = store.learn(analysis.terms, steps: analysis.steps)
                watch(learned)
            }
            backjump(to: level)
            derive(not: pivot, cause: learned)
            // Blame moves a package forward in the queue.
            for package in involved { enqueue(package) }
            return nil
        }
    }

    private mutating func backjump(to level: Int32) {
        var reopened: [PackageID] = []
        var facts: [PackageID] = []
        solution.backjump(to: level, universes: catalog.universes) { assignment in
            reopened.append(assignment.package)
            if !assignment.isDecision, store[assignment.cause].terms.count == 1 { facts.append(assignment.package) }
        }
        for package in reopened { enqueue(package) }
        // What depends on no other package holds at every level, so it is derived again.
        for package in facts { touch(package) }
    }
}
