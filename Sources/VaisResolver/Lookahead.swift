import VaisModel

/// Guesses what the solver will ask for next, so that a whole level of the graph is fetched in one wait instead of one
/// package's dependencies at a time.
///
/// For each package it takes the version the solver would take if nothing else were known, follows that version's
/// dependencies, and guesses anew when a later requirement excludes the guess. A wrong guess costs a fetch, never a
/// different result.
struct Lookahead {
    private var wishes: [PackageID: VersionSet] = [:]
    private var guesses: [PackageID: Int] = [:]
    /// Edges followed already. Requirements that exclude each other could send the guesses round for ever.
    private var followed: Set<Int> = []
    /// Edges whose package is not loaded yet.
    private var blocked: [Int]

    init(edges: [Int]) { blocked = edges }

    /// The packages to fetch now, each once. Empty when every guess has been followed to its end.
    func wanted(in catalog: Catalog) -> [PackageID] {
        var seen: Set<PackageID> = []
        return blocked.map { catalog.edges[$0].dependency }
            .filter { !catalog.isLoaded($0) && seen.insert($0).inserted }
    }

    /// Goes on from the packages that have been loaded.
    mutating func follow(in catalog: inout Catalog) {
        var open = blocked
        blocked.removeAll()
        while let position = open.popLast() {
            let edge = catalog.edges[position]
            guard catalog.isLoaded(edge.dependency) else {
                blocked.append(position)
                continue
            }
            guard followed.insert(position).inserted, let version = guess(edge, in: &catalog) else { continue }
            open.append(contentsOf: catalog.edges(of: edge.dependency, version))
        }
    }

    /// The version of the edge's package to follow, unless the last guess still stands.
    private mutating func guess(_ edge: Edge, in catalog: inout Catalog) -> Int? {
        let package = edge.dependency
        let matching = catalog.matching(edge)
        var wish = wishes[package]?.intersection(matching) ?? matching
        if wish.isEmpty { wish = matching }
        wishes[package] = wish
        if let last = guesses[package], wish.contains(last) { return nil }
        guard let version = catalog.best(package, in: wish), guesses[package] != version else { return nil }
        guesses[package] = version
        return version
    }
}
