package import VaisModel

/// Chooses one version of every package that `root` needs, directly or through others.
///
/// - The direct requirements are decided first, in name order, each as new as possible given those before it; the rest
///   follows by fixed rules. The result depends on the graph alone, never on the order of tables or answers.
/// - All requirements on a package must admit its version. Yanked releases are chosen only where `locked` has them.
/// - Versions in `locked` are preferred to newer ones, except those that `updating` names.
///
/// - Throws: `ResolutionFailure` if there is no such choice, what `source` throws, or `CancellationError`.
package func resolve(
    root: RootRequirements, source: some PackageSource, locked: [PackageName: Version] = [:],
    updating: LockPreference.Updating = .nothing, conflictLimit: Int = defaultConflictLimit
) async throws -> Resolution {
    let lock = LockPreference(locked, updating: updating)
    var solver = Solver(root: root, lock: lock, conflictLimit: conflictLimit)
    switch try await run(&solver, with: source) {
    case .solved:
        if let cycle = solver.cycle(root.entries) {
            throw ResolutionFailure(cycle: cycle, statistics: solver.statistics)
        }
        return solver.resolution()
    case .failed(let incompatibility):
        let proof = solver.proof(of: incompatibility)
        let suggestions = await MissingPackages(in: proof, of: solver).suggestions(from: source)
        let repairs = await RepairSearch(root: root, lock: lock, source: source).repairs(for: proof, of: solver)
        throw ResolutionFailure(solver, proof, suggestions: suggestions, repairs: repairs)
    case .exhausted:
        throw ResolutionFailure(exhaustedAfter: solver.statistics)
    }
}

/// Enough for any graph that people have made; what exceeds it would fill the memory rather than finish.
package let defaultConflictLimit = 50_000

enum SearchEnd {
    case solved
    case failed(IncompatibilityID)
    case exhausted
}

/// Advances `solver` to its end, fetching what it asks for.
func run(_ solver: inout Solver, with source: some PackageSource) async throws -> SearchEnd {
    while true {
        switch solver.advance() {
        case .needs(let edges): try await supply(edges, to: &solver, from: source)
        case .solved: return .solved
        case .failed(let incompatibility): return .failed(incompatibility)
        case .exhausted: return .exhausted
        case .paused:
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

/// Loads the packages of `edges`, and while it has to wait for some, those that will probably be needed after them.
private func supply(_ edges: [Int], to solver: inout Solver, from source: some PackageSource) async throws {
    var lookahead = Lookahead(edges: edges)
    var unknown = loadKnown(lookahead.wanted(in: solver.catalog), into: &solver, from: source)
    while !unknown.isEmpty {
        try Task.checkCancellation()
        let names = unknown.map(solver.catalog.name)
        source.prefetch(names)
        solver.statistics.waits += 1
        let answers = try await source.releases(of: names)
        for (place, package) in unknown.enumerated() {
            // A short answer must not become a package that does not exist.
            let answer = place < answers.count ? answers[place] : try await source.releases(of: names[place])
            solver.load(package, answer)
        }
        unknown = []
        while unknown.isEmpty {
            lookahead.follow(in: &solver.catalog)
            let wanted = lookahead.wanted(in: solver.catalog)
            if wanted.isEmpty { return }
            unknown = loadKnown(wanted, into: &solver, from: source)
        }
    }
}

/// Loads what `source` can answer at once and returns the others.
private func loadKnown(
    _ packages: [PackageID], into solver: inout Solver, from source: some PackageSource
) -> [PackageID] {
    packages.filter { package in
        guard let answer = source.knownReleases(of: solver.catalog.name(package)) else { return true }
        solver.load(package, answer)
        return false
    }
}
