import VaisModel

/// Puts facts and conclusions of one proof into words.
struct Wording {
    private let catalog: Catalog
    private let store: IncompatibilityStore
    /// The requirements that the proof's facts state, by package: sets that already have a name.
    private var stated: [PackageID: [(versions: VersionSet, text: String)]] = [:]

    private let project: PackageID?

    init(_ proof: Proof, catalog: Catalog, store: IncompatibilityStore, project: PackageID?) {
        self.store = store
        self.project = project
        var catalog = catalog
        for case let id? in proof.nodes.map(\.id) {
            guard let edge = Wording.edge(of: id, catalog: catalog, store: store) else { continue }
            let text = catalog.requirements.text(edge.requirement)
            stated[edge.dependency, default: []].append((catalog.matching(edge), text))
        }
        self.catalog = catalog
    }

    /// The edge that a fact speaks of, nil for a conclusion.
    func edge(of id: IncompatibilityID) -> Edge? { Wording.edge(of: id, catalog: catalog, store: store) }

    private static func edge(of id: IncompatibilityID, catalog: Catalog, store: IncompatibilityStore) -> Edge? {
        switch store[id].cause {
        case .project(let edge), .dependency(let edge), .unmet(let edge), .selfDependency(let edge):
            catalog.edges[Int(edge)]
        case .conflict: nil
        }
    }

    /// Whether a fact is what the project itself requires.
    func isRootFact(_ id: IncompatibilityID) -> Bool {
        edge(of: id) != nil && !store.terms(of: id).contains { $0.isPositive }
    }

    /// As `isRootFact`, but only where it can be met.
    func isProjectFact(_ id: IncompatibilityID) -> Bool { kind(id) == .project }

    func isUnmet(_ id: IncompatibilityID) -> Bool { kind(id) == .unmet }

    func kind(_ id: IncompatibilityID) -> DerivationStep.Kind {
        switch store[id].cause {
        case .project: .project
        case .dependency: .dependency
        case .unmet: .unmet
        case .selfDependency: .selfDependency
        case .conflict: .conclusion
        }
    }

    func packages(_ terms: [Term]) -> [PackageName] { terms.map { catalog.name($0.package) }.sorted() }

    /// The packages that a fact speaks of; a requirement that nothing meets has no term for its package.
    func packages(of id: IncompatibilityID) -> [PackageName] {
        var names = Set(packages(Array(store.terms(of: id))))
        if let edge = edge(of: id) { names.insert(catalog.name(edge.dependency)) }
        return names.sorted()
    }

    /// `web ^2`.
    func requirement(_ edge: Edge) -> String {
        "\(catalog.name(edge.dependency)) \(catalog.requirements.text(edge.requirement))"
    }

    /// A fact as a clause: `every version of web needs json ^3`.
    func fact(_ id: IncompatibilityID) -> String {
        guard let edge = edge(of: id) else { return conclusion(Array(store.terms(of: id))) }
        let depender = store.terms(of: id).first { $0.isPositive }.map(subject) ?? "the project"
        switch store[id].cause {
        case .selfDependency: return "\(depender) depends on itself"
        case .unmet: return "\(depender) needs \(requirement(edge)) (\(obstacle(edge)))"
        default: return "\(depender) needs \(requirement(edge))"
        }
    }

    /// A fact that says everything by itself: `The project needs jsn ^1, but there is no such package.`
    func sentence(_ id: IncompatibilityID) -> String {
        guard let edge = edge(of: id), isUnmet(id) else { return "The project depends on itself." }
        return "The project needs \(requirement(edge)), but \(obstacle(edge))."
    }

    /// Why nothing meets an unmet requirement.
    private func obstacle(_ edge: Edge) -> String {
        if edge.dependency == project, let version = catalog.releases(edge.dependency).first?.version {
            return "\(catalog.name(edge.dependency)) is this project, at version \(version)"
        }
        if !catalog.exists(edge.dependency) { return "there is no such package" }
        let yanked = catalog.withheld(edge.dependency).filter { catalog.requirements.matches(edge.requirement, $0) }
        return yanked.isEmpty ? "no version matches" : "every matching version is yanked"
    }

    /// What follows from terms that cannot all hold, as a clause.
    func conclusion(_ terms: [Term]) -> String {
        let ordered = terms.sorted { catalog.name($0.package) < catalog.name($1.package) }
        let chosen = ordered.filter(\.isPositive)
        let needed = ordered.filter { !$0.isPositive }.map { negated($0) }
        switch (chosen.count, needed.count) {
        case (0, 0): return "no versions fit"
        case (1, 0): return unusable(chosen[0])
        case (0, 1): return "\(needed[0]) is needed"
        case (0, _): return "\(list(needed, "or")) is needed"
        case (_, 0): return "\(list(chosen.map(short), "and")) cannot be used together"
        case (1, _): return "\(subject(chosen[0])) needs \(list(needed, "or"))"
        default: return "\(list(chosen.map(short), "and")) together need \(list(needed, "or"))"
        }
    }

    /// `every version of web`, `web ^2`, `web 2.0.0`.
    private func subject(_ term: Term) -> String {
        isTotal(term) ? "every version of \(catalog.name(term.package))" : short(term)
    }

    private func unusable(_ term: Term) -> String {
        isTotal(term)
            ? "no version of \(catalog.name(term.package)) can be used" : "\(short(term, "and")) cannot be used"
    }

    private func short(_ term: Term) -> String { short(term, "or") }

    private func short(_ term: Term, _ conjunction: String) -> String {
        let name = "\(catalog.name(term.package))"
        return isTotal(term) ? name : "\(name) \(range(term.package, term.versions, conjunction))"
    }

    /// What a negative term demands: the versions that it does not list.
    private func negated(_ term: Term) -> String {
        let versions = catalog.universes[term.package.index].subtracting(term.versions)
        return short(Term(package: term.package, versions: versions))
    }

    private func isTotal(_ term: Term) -> Bool {
        term.versions.versionCount == catalog.releases(term.package).count
    }

    /// Versions in words: as a requirement of the proof has them, else by their bounds.
    private func range(_ package: PackageID, _ versions: VersionSet, _ conjunction: String) -> String {
        let releases = catalog.releases(package)
        // A version says more than `=` and the version.
        let names = (stated[package] ?? []).filter { $0.versions == versions && !$0.text.hasPrefix("=") }.map(\.text)
        if let name = names.min(by: { ($0.utf8.count, $0) < ($1.utf8.count, $1) }) { return name }
        let runs = versions.runs
        let others = catalog.universes[package.index].subtracting(versions).runs
        if runs.count > 1, others.count < runs.count {
            return "other than \(describe(others, releases, "and"))"
        }
        return describe(runs, releases, conjunction)
    }

    private func describe(_ runs: [Range<Int>], _ releases: [CandidateRelease], _ conjunction: String) -> String {
        let shown = runs.count > 4 ? Array(runs.suffix(3)) : runs
        var texts = shown.map { run -> String in
            let first = releases[run.lowerBound].version
            let last = releases[run.upperBound - 1].version
            if run.count == 1 { return "\(first)" }
            if run.upperBound == releases.count { return ">=\(first)" }
            return run.lowerBound == 0 ? "<=\(last)" : "\(first) to \(last)"
        }
        if shown.count < runs.count { texts.insert("\(runs.count - shown.count) older ranges", at: 0) }
        return list(texts, conjunction)
    }
}

/// `a`, `a and b`, `a, b and c`.
func list(_ items: [String], _ conjunction: String) -> String {
    guard items.count > 1, let last = items.last else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " \(conjunction) " + last
}
