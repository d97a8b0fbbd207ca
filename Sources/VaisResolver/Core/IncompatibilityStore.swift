/// Every incompatibility of one resolution, their terms side by side in one arena. Nothing is ever removed: what was learned
/// stays true, and a failure is explained from here.
struct IncompatibilityStore {
    /// The terms of all incompatibilities. Only the order of terms within one incompatibility ever changes: the first two are
    /// the ones it is watched by (see `WatchList`).
    private(set) var terms: [Term] = []
    private var all: [Incompatibility] = []
    /// The resolution steps behind learned incompatibilities, see `Cause.conflict`.
    private(set) var steps: [ResolutionStep] = []

    subscript(id: IncompatibilityID) -> Incompatibility { all[id.index] }

    func terms(of id: IncompatibilityID) -> ArraySlice<Term> { terms[all[id.index].terms] }

    mutating func add(_ newTerms: some Sequence<Term>, cause: Cause) -> IncompatibilityID {
        let start = terms.count
        terms.append(contentsOf: newTerms)
        all.append(Incompatibility(terms: start..<terms.count, cause: cause))
        return IncompatibilityID(all.count - 1)
    }

    /// Adds what `newSteps` conclude.
    mutating func learn(_ newTerms: some Sequence<Term>, steps newSteps: [ResolutionStep]) -> IncompatibilityID {
        let start = Int32(truncatingIfNeeded: steps.count)
        steps.append(contentsOf: newSteps)
        return add(newTerms, cause: .conflict(steps: start..<Int32(truncatingIfNeeded: steps.count)))
    }

    mutating func swapTerms(_ first: Int, _ second: Int) { terms.swapAt(first, second) }
}

/// One resolution: what is known so far together with `incompatibility` removes `pivot` from the question.
struct ResolutionStep {
    let incompatibility: IncompatibilityID
    /// The package that both sides speak of; of no meaning in the first step of a conclusion.
    let pivot: PackageID
}
