import VaisModel

/// Finds out which package was probably meant where a name does not exist.
struct MissingPackages {
    let names: [PackageName]
    /// Packages that exist and took part in the search. Others may have been fetched on a guess and do not count: a hint
    /// must not depend on what happened to be in a cache.
    private let known: [PackageName]

    /// Those of `solver` that `proof` rests on.
    init(in proof: Proof, of solver: Solver) {
        var names: Set<PackageName> = []
        for id in proof.facts {
            guard case .unmet(let edge) = solver.store[id].cause else { continue }
            let package = solver.catalog.edges[Int(edge)].dependency
            if !solver.catalog.exists(package) { names.insert(solver.catalog.name(package)) }
        }
        self.names = names.sorted()
        let directs = solver.directs.map { solver.catalog.edges[$0].dependency }
        known = Set(solver.store.terms.map(\.package) + directs).filter(solver.catalog.exists).map(solver.catalog.name)
    }

    /// For each name the best guess: the other spelling of `-` and `_`, or a package that differs in a letter or two. What goes wrong here is not worth reporting; the failure itself is.
    func suggestions(from source: some PackageSource) async -> [PackageName: PackageName] {
        var suggestions: [PackageName: PackageName] = [:]
        for name in names.prefix(8) {
            suggestions[name] = await suggestion(for: name, from: source)
        }
        return suggestions
    }

    private func suggestion(for name: PackageName, from source: some PackageSource) async -> PackageName? {
        for spelling in otherSpellings(of: name) {
            if let answer = try? await source.releases(of: spelling), !answer.isEmpty { return spelling }
        }
        let tolerance = min(name.text.utf8.count / 3, 2)
        let near = (known + (await source.similarNames(to: name)).prefix(10_000))
            .map { (name: $0, distance: editDistance($0.text, name.text)) }
            .filter { $0.distance <= tolerance && $0.name != name }
        return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    private func otherSpellings(of name: PackageName) -> [PackageName] {
        [("-", "_"), ("_", "-")].compactMap { from, to in
            let text = name.text.split(separator: from, omittingEmptySubsequences: false).joined(separator: to)
            return text == name.text ? nil : try? PackageName(parsing: text)
        }
    }
}
