/// For each package, the incompatibilities to look at when its state changes.
///
/// An incompatibility matters only when all of its terms but one hold, so it is enough to watch two that do not hold yet: the
/// first two in the arena. When one comes to hold, the watch moves to another that does not, and only if there is none does
/// the incompatibility force something. Going back needs no work here, since terms then only stop holding.
struct WatchList {
    private var watching: [[IncompatibilityID]] = []

    mutating func reserve(packages count: Int) {
        while watching.count < count { watching.append([]) }
    }

    func count(_ package: PackageID) -> Int { watching[package.index].count }

    subscript(package: PackageID, position: Int) -> IncompatibilityID { watching[package.index][position] }

    mutating func add(_ id: IncompatibilityID, to package: PackageID) { watching[package.index].append(id) }

    /// Moves the watch at `position` to another package. The last watch of the list takes its place.
    mutating func move(_ position: Int, of package: PackageID, to other: PackageID) {
        let id = watching[package.index][position]
        watching[package.index].swapAt(position, watching[package.index].count - 1)
        watching[package.index].removeLast()
        watching[other.index].append(id)
    }
}
