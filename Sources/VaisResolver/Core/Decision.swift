/// Decision making (PubGrub, "Decision Making").
extension Solver {
    enum Decision {
        case decided
        case conflict(IncompatibilityID)
        case needs(edges: [Int])
        case nothingLeft
    }

    /// Chooses a version for the next package: the first undecided direct requirement, else the most urgent of the others.
    mutating func decide() -> Decision {
        guard let package = nextPackage() else { return .nothingLeft }
        guard let version = catalog.best(package, in: solution.versions(of: package)) else { return .nothingLeft }
        let edges = package == project ? 0..<0 : catalog.edges(of: package, version)
        makeRoom()
        let unknown = unknownEdges(in: edges)
        guard unknown.isEmpty else {
            enqueue(package)
            return .needs(edges: unknown)
        }
        var isUsable = true
        for edge in edges where !catalog.edges[edge].isDeclared {
            let id = declare(edge, of: package, version)
            // Whatever excludes the version alone is a fact to work with at once, not a decision to be regretted.
            guard store[id].terms.count == 1 else { continue }
            isUsable = false
            if let conflict = force(id) {
                enqueue(package)
                return .conflict(conflict)
            }
        }
        guard isUsable else { return .decided }
        statistics.decisions += 1
        solution.decide(package, catalog.only(version, of: package))
        touch(package)
        return .decided
    }

    private mutating func nextPackage() -> PackageID? {
        // Every level so far decided one direct requirement, so the level is the place of the next.
        if Int(solution.level) < directs.count {
            return catalog.edges[directs.lowerBound + Int(solution.level)].dependency
        }
        while let entry = waiting.pop() {
            let package = entry.package
            guard solution.isOpen(package), entry.conflicts == urgency(package) else { continue }
            if entry.versions == Int32(truncatingIfNeeded: solution.versions(of: package).versionCount) {
                return package
            }
        }
        return nil
    }

    /// Queues `package` if it waits for a decision. An older entry of it becomes invalid by no longer describing it.
    mutating func enqueue(_ package: PackageID) {
        guard solution.isOpen(package) else { return }
        if waiting.count > 4 * isChanged.count + 64 { rebuildQueue() }
        push(package)
    }

    private mutating func push(_ package: PackageID) {
        let versions = solution.versions(of: package).versionCount
        waiting.push(
            DecisionQueue.Entry(
                conflicts: urgency(package), versions: Int32(truncatingIfNeeded: versions), package: package,
                name: catalog.name(package)))
    }

    private mutating func rebuildQueue() {
        waiting.removeAll()
        for index in 0..<isChanged.count where solution.isOpen(PackageID(index)) { push(PackageID(index)) }
    }

    /// A package must be in the way several times before it is taken out of turn.
    private func urgency(_ package: PackageID) -> Int32 { blame[package.index] / 4 }
}
