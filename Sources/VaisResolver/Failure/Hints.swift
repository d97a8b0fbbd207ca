import VaisModel

/// What may help with requirements that nothing meets.
struct Hints {
    let catalog: Catalog
    let project: PackageID?
    /// For packages that do not exist, one that does and was probably meant.
    let suggestions: [PackageName: PackageName]

    func all(for edges: [Edge]) -> [String] {
        var hints: [String] = []
        for edge in edges {
            let hint = edge.dependency == project ? nil : hint(for: edge)
            if let hint, !hints.contains(hint) { hints.append(hint) }
        }
        return hints
    }

    private func hint(for edge: Edge) -> String? {
        let name = catalog.name(edge.dependency)
        guard catalog.exists(edge.dependency) else {
            guard let suggestion = suggestions[name] else { return "check the spelling of \(name), and its registry" }
            guard suggestion.identity != name.identity else { return "the package is spelt \(suggestion)" }
            return "there is a package \(suggestion); is that the one you mean?"
        }
        let versions = catalog.releases(edge.dependency).map(\.version)
        if let prerelease = versions.last(where: { isOnlyPrereleaseApart($0, edge) }) {
            return
                "\(name) \(prerelease) exists, but a prerelease must be asked for: `\(Requirement.caret(prerelease))`"
        }
        let yanked = catalog.withheld(edge.dependency).filter { catalog.requirements.matches(edge.requirement, $0) }
        if !yanked.isEmpty {
            let shown = yanked.reversed().prefix(3).map(\.description)
            let all = yanked.count > 3 ? shown + ["\(yanked.count - 3) more"] : Array(shown)
            return
                "\(name) \(list(all, "and")) \(yanked.count == 1 ? "is" : "are") yanked; only a lockfile that has one keeps it"
        }
        let newest = versions.last { !$0.isPrerelease } ?? versions.last
        return newest.map { "the newest version of \(name) is \($0)" } ?? "every version of \(name) is yanked"
    }

    /// Whether `version` is kept out by nothing but being a prerelease.
    private func isOnlyPrereleaseApart(_ version: Version, _ edge: Edge) -> Bool {
        guard version.isPrerelease else { return false }
        return catalog.requirements.requirements(edge.requirement).allSatisfy { requirement in
            requirement.comparators.allSatisfy { $0.matches(version) }
        }
    }
}
