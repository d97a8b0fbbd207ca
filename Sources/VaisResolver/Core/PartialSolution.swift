/// What has been decided and what follows from it, in order (PubGrub, "Partial Solution").
///
/// Each assignment keeps the package's state *after* it, and the position of the one before, so going back is popping, and
/// the earliest assignment that satisfies a term is found by walking one package's entries only.
struct PartialSolution {
    private(set) var trail: [Assignment] = []
    /// How many decisions hold.
    private(set) var level: Int32 = 0
    private var latest: [Int32] = []
    private var allowed: [VersionSet] = []
    private var decided: [Bool] = []
    /// For each level, the position of its first assignment.
    private var levelStarts: [Int] = [0]

    /// Makes room for the packages up to `count`. They have no versions until `admit` is called.
    mutating func reserve(packages count: Int) {
        while latest.count < count {
            latest.append(-1)
            allowed.append(.everything(versions: 0))
            decided.append(false)
        }
    }

    /// Sets the states a package can be in. Called once per package, before anything is assigned to it.
    mutating func admit(_ package: PackageID, _ universe: VersionSet) { allowed[package.index] = universe }

    /// What `package` may still be.
    func versions(of package: PackageID) -> VersionSet { allowed[package.index] }

    func isDecided(_ package: PackageID) -> Bool { decided[package.index] }

    /// Whether the package must be chosen but no version is decided yet.
    func isOpen(_ package: PackageID) -> Bool { !decided[package.index] && !allowed[package.index].admitsAbsence }

    func satisfies(_ term: Term) -> Bool { allowed[term.package.index].isSubset(of: term.versions) }
    func contradicts(_ term: Term) -> Bool { allowed[term.package.index].isDisjoint(with: term.versions) }

    mutating func derive(_ package: PackageID, _ versions: VersionSet, cause: IncompatibilityID) {
        append(package, versions, cause)
    }

    mutating func decide(_ package: PackageID, _ versions: VersionSet) {
        level += 1
        levelStarts.append(trail.count)
        decided[package.index] = true
        append(package, versions, .none)
    }

    private mutating func append(_ package: PackageID, _ versions: VersionSet, _ cause: IncompatibilityID) {
        let position = Int32(truncatingIfNeeded: trail.count)
        trail.append(
            Assignment(
                package: package, versions: versions, level: level, cause: cause, previous: latest[package.index]))
        latest[package.index] = position
        allowed[package.index] = versions
    }

    /// Forgets every level above `target`, newest assignment first, and tells `undone` of each. `universes` are the states
    /// of packages about which nothing is left.
    mutating func backjump(to target: Int32, universes: [VersionSet], undone: (Assignment) -> Void) {
        guard target < level else { return }
        let start = levelStarts[Int(target) + 1]
        while trail.count > start, let assignment = trail.popLast() {
            let index = assignment.package.index
            latest[index] = assignment.previous
            allowed[index] = assignment.previous < 0 ? universes[index] : trail[Int(assignment.previous)].versions
            if assignment.isDecision { decided[index] = false }
            undone(assignment)
        }
        levelStarts.removeLast(Int(level - target))
        level = target
    }

    func level(at position: Int32) -> Int32 { position < 0 ? 0 : trail[Int(position)].level }

    /// The position of the earliest assignment from which on a satisfied term holds.
    func satisfier(of package: PackageID, _ versions: VersionSet) -> Int32 {
        var position = latest[package.index]
        while position >= 0 {
            let previous = trail[Int(position)].previous
            guard previous >= 0, trail[Int(previous)].versions.isSubset(of: versions) else { break }
            position = previous
        }
        return position
    }
}
