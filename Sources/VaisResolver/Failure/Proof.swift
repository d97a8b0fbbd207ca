/// Why there is no solution, as a graph: facts about packages, and conclusions drawn from two earlier nodes each.
///
/// The solver stores a conclusion as a list of steps; here each step becomes a node, so that it can be put into words. Causes
/// come before what follows from them; the last node is the conclusion that nothing fits.
struct Proof {
    struct Node {
        /// The terms that cannot all hold.
        let terms: [Term]
        /// The two nodes it follows from, nil for a fact.
        let causes: (left: Int, right: Int)?
        /// Where the solver keeps it; nil for a step in between.
        let id: IncompatibilityID?
    }

    private(set) var nodes: [Node] = []
    /// False if the proof was too large to be written out; then only the facts are here.
    private(set) var isComplete = true
    private var places: [IncompatibilityID: Int] = [:]

    /// Some hundred thousand terms are megabytes, and nobody reads as many lines.
    private static let termLimit = 200_000

    init(of failure: IncompatibilityID, store: IncompatibilityStore, universes: [VersionSet]) {
        let reachable = Proof.reachable(from: failure, store: store)
        var termCount = 0
        for id in reachable {
            guard case .conflict(let range) = store[id].cause else {
                places[id] = add(Array(store.terms(of: id)), causes: nil, id: id)
                continue
            }
            guard isComplete else { continue }
            let steps = store.steps[Int(range.lowerBound)..<Int(range.upperBound)]
            guard var place = steps.first.flatMap({ places[$0.incompatibility] }) else { continue }
            for (offset, step) in steps.dropFirst().enumerated() {
                guard let right = places[step.incompatibility] else { continue }
                let terms = Proof.resolve(
                    nodes[place].terms, nodes[right].terms, pivot: step.pivot, universes: universes)
                termCount += terms.count
                let isLast = offset == steps.count - 2
                place = add(terms, causes: (place, right), id: isLast ? id : nil)
            }
            places[id] = place
            isComplete = termCount < Proof.termLimit
        }
    }

    /// What the proof rests on, in the order in which the solver met it.
    var facts: [IncompatibilityID] { nodes.compactMap { $0.causes == nil ? $0.id : nil } }

    private mutating func add(_ terms: [Term], causes: (Int, Int)?, id: IncompatibilityID?) -> Int {
        nodes.append(Node(terms: terms, causes: causes, id: id))
        return nodes.count - 1
    }

    /// `failure` and all it rests on. What was stored later can only rest on what was stored earlier.
    private static func reachable(from failure: IncompatibilityID, store: IncompatibilityStore) -> [IncompatibilityID] {
        var seen: Set<IncompatibilityID> = [failure]
        var open = [failure]
        while let id = open.popLast() {
            guard case .conflict(let range) = store[id].cause else { continue }
            for step in store.steps[Int(range.lowerBound)..<Int(range.upperBound)]
            where seen.insert(step.incompatibility).inserted {
                open.append(step.incompatibility)
            }
        }
        return seen.sorted { $0.rawValue < $1.rawValue }
    }

    /// The terms that remain when two incompatibilities speak of `pivot` and one of the two must apply.
    private static func resolve(
        _ left: [Term], _ right: [Term], pivot: PackageID, universes: [VersionSet]
    ) -> [Term] {
        var versions: [PackageID: VersionSet] = [:]
        var order: [PackageID] = []
        for term in left + right where term.package != pivot {
            if let known = versions[term.package] {
                versions[term.package] = known.intersection(term.versions)
            } else {
                order.append(term.package)
                versions[term.package] = term.versions
            }
        }
        let sides = (left + right).filter { $0.package == pivot }.map(\.versions)
        if let first = sides.first {
            let joint = sides.dropFirst().reduce(first) { $0.union($1) }
            if joint != universes[pivot.index] {
                order.append(pivot)
                versions[pivot] = joint
            }
        }
        return order.compactMap { package in versions[package].map { Term(package: package, versions: $0) } }
    }
}
