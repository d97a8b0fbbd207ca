import VaisModel

/// Every package that one resolution has met: names, candidates, requirements and edges, all by number.
///
/// A number is given when a name is first met, so numbers depend on the order of events and must never decide anything.
struct Catalog {
    private(set) var names: [PackageName] = []
    private var ids: [PackageName: PackageID] = [:]
    private var candidates: [Candidates?] = []
    /// For each package, all the states it can be in.
    private(set) var universes: [VersionSet] = []
    private(set) var requirements = RequirementTable()
    private(set) var edges = EdgeTable()
    private let lock: LockPreference

    init(lock: LockPreference) { self.lock = lock }

    var count: Int { names.count }

    mutating func intern(_ name: PackageName) -> PackageID {
        if let known = ids[name] { return known }
        let id = PackageID(names.count)
        names.append(name)
        ids[name] = id
        candidates.append(nil)
        universes.append(.everything(versions: 0))
        return id
    }

    func name(_ package: PackageID) -> PackageName { names[package.index] }

    // MARK: Candidates

    func isLoaded(_ package: PackageID) -> Bool { candidates[package.index] != nil }

    func candidates(_ answer: [CandidateRelease], of package: PackageID) -> Candidates {
        Candidates(answer, of: name(package), lock: lock)
    }

    mutating func load(_ package: PackageID, _ loaded: Candidates) {
        candidates[package.index] = loaded
        universes[package.index] = .everything(versions: loaded.count)
    }

    /// What was loaded under `name`.
    func candidates(named name: PackageName) -> Candidates? { ids[name].flatMap { candidates[$0.index] } }

    func releases(_ package: PackageID) -> [CandidateRelease] { candidates[package.index]?.releases ?? [] }
    func withheld(_ package: PackageID) -> [Version] { candidates[package.index]?.withheld ?? [] }
    func version(_ package: PackageID, _ version: Int) -> Version { releases(package)[version].version }
    func exists(_ package: PackageID) -> Bool { candidates[package.index]?.isUnknownPackage == false }

    func best(_ package: PackageID, in set: VersionSet) -> Int? { candidates[package.index]?.best(in: set) }

    func only(_ version: Int, of package: PackageID) -> VersionSet {
        .only(version, versions: candidates[package.index]?.count ?? 0)
    }

    // MARK: Requirements

    /// The versions of the edge's package that it admits; the package must be loaded.
    mutating func matching(_ edge: Edge) -> VersionSet {
        guard let loaded = candidates[edge.dependency.index] else { return universes[edge.dependency.index] }
        return requirements.matching(edge.requirement, among: loaded)
    }

    /// The states of the edge's package that it excludes; the package must be loaded.
    mutating func forbidden(_ edge: Edge) -> VersionSet {
        guard let loaded = candidates[edge.dependency.index] else { return .none(versions: 0) }
        return requirements.forbidden(
            edge.requirement, among: loaded, universe: universes[edge.dependency.index])
    }

    // MARK: Edges

    mutating func markDeclared(_ edge: Int) { edges.markDeclared(edge) }

    /// The edges of a release, by position, in the order of their names.
    mutating func edges(of package: PackageID, _ version: Int) -> Range<Int> {
        if let known = edges.range(package, version) { return known }
        let all = releases(package)
        let interned = intern(all[version].dependencies.map { ($0.name, $0.requirement) })
        return edges.add(interned, of: package, version, versions: all.count)
    }

    /// The edges of the root, in the order of their names.
    mutating func rootEdges(_ entries: [RootRequirements.Entry]) -> Range<Int> {
        let interned = intern(entries.map { ($0.name, $0.requirement) })
        return edges.append(interned)
    }

    /// One edge a package, however many entries speak of it.
    private mutating func intern(_ entries: [(name: PackageName, requirement: Requirement)]) -> [Edge] {
        var result: [Edge] = []
        result.reserveCapacity(entries.count)
        let sorted = entries.sorted { $0.name < $1.name }
        var start = 0
        while start < sorted.count {
            let name = sorted[start].name
            let package = intern(name)
            var end = start + 1
            while end < sorted.count, sorted[end].name == name { end += 1 }
            let requirement =
                end == start + 1
                ? requirements.intern(sorted[start].requirement, on: package)
                : requirements.intern(sorted[start..<end].map(\.requirement), on: package)
            result.append(Edge(dependency: package, requirement: requirement))
            start = end
        }
        return result
    }
}
