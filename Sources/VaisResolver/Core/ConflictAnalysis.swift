/// Conflict resolution (PubGrub, "Conflict Resolution"): from an incompatibility that holds to the reason behind it.
///
/// Works on one growing set of terms, kept per package so that a step costs no allocation. Only the conclusion is stored;
/// the steps that led to it can be replayed from their numbers when a failure is explained.
struct ConflictAnalysis {
    enum Conclusion {
        /// No decision is to blame.
        case unsolvable
        /// Go back to `level`; there all terms hold but `pivot`, so that one must not.
        case learned(pivot: Term, level: Int32)
    }

    /// What the incompatibility says of each package in `members`.
    private var versions: [VersionSet] = []
    /// For each package in `members`, the position of the assignment that made its term hold; -1 for all others.
    private var satisfiers: [Int32] = []
    private(set) var members: [PackageID] = []
    private(set) var steps: [ResolutionStep] = []

    mutating func reserve(packages count: Int) {
        while versions.count < count {
            versions.append(.none(versions: 0))
            satisfiers.append(-1)
        }
    }

    /// The terms concluded, the pivot first and then the one that came to hold last: those to be watched.
    var terms: [Term] {
        members.sorted { satisfiers[$0.index] > satisfiers[$1.index] }
            .map { Term(package: $0, versions: versions[$0.index]) }
    }

    /// Every term of `conflict` holds. Resolves it with the causes of its terms, latest first, until one term alone
    /// depends on the latest decision involved.
    mutating func analyse(
        _ conflict: IncompatibilityID, store: IncompatibilityStore, solution: PartialSolution, universes: [VersionSet]
    ) -> Conclusion {
        for package in members { satisfiers[package.index] = -1 }
        members.removeAll(keepingCapacity: true)
        steps.removeAll(keepingCapacity: true)
        for term in store.terms(of: conflict) { add(term, solution) }
        steps.append(ResolutionStep(incompatibility: conflict, pivot: PackageID(0)))
        while let pivot = latestMember() {
            let satisfier = solution.trail[Int(satisfiers[pivot.index])]
            let own = versions[pivot.index]
            // The cause forced the pivot out of `ruledOut`; with the cause, our term says no more than `joint`.
            let ruledOut = satisfier.isDecision ? nil : store.terms(of: satisfier.cause).first { $0.package == pivot }
            let joint = ruledOut.map { own.union($0.versions) } ?? universes[pivot.index]
            let remains = joint != universes[pivot.index]
            if satisfier.level > 0 {
                var level = levelOfOthers(than: pivot, solution)
                if remains { level = max(level, solution.level(at: solution.satisfier(of: pivot, joint))) }
                if satisfier.isDecision || level < satisfier.level {
                    return .learned(pivot: Term(package: pivot, versions: own), level: level)
                }
            }
            remove(pivot)
            if remains { add(Term(package: pivot, versions: joint), solution) }
            for term in store.terms(of: satisfier.cause) where term.package != pivot { add(term, solution) }
            steps.append(ResolutionStep(incompatibility: satisfier.cause, pivot: pivot))
        }
        return .unsolvable
    }

    private mutating func add(_ term: Term, _ solution: PartialSolution) {
        let index = term.package.index
        if satisfiers[index] >= 0 {
            versions[index] = versions[index].intersection(term.versions)
        } else {
            members.append(term.package)
            versions[index] = term.versions
        }
        satisfiers[index] = solution.satisfier(of: term.package, versions[index])
    }

    private mutating func remove(_ package: PackageID) {
        satisfiers[package.index] = -1
        if let place = members.firstIndex(of: package) {
            members.swapAt(place, members.count - 1)
            members.removeLast()
        }
    }

    private func latestMember() -> PackageID? {
        members.max { satisfiers[$0.index] < satisfiers[$1.index] }
    }

    private func levelOfOthers(than pivot: PackageID, _ solution: PartialSolution) -> Int32 {
        var level: Int32 = 0
        for package in members where package != pivot {
            level = max(level, solution.level(at: satisfiers[package.index]))
        }
        return level
    }
}
