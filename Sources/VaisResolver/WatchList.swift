/// For each package, the incompatibilities to look at when its state changes.
///
/// An incompatibility matters only when all of its terms but one hold, so it is enough to watch two that do not hold yet: the
/// first two in the arena. When one comes to hold, the watch moves to another that does not, and only if there is none does
/// the incompatibility force something. Going back needs no work here, since terms then only stop holding.
struct WatchList {
    private struct Watch {
        let id: IncompatibilityID
        /// The versions of the watched term, repeated here so that most watches are passed over by one look.
        let versions: VersionSet
    }

    private var watching: [[Watch]] = []

    mutating func reserve(packages count: Int) {
        while watching.count < count { watching.append([]) }
    }

    mutating func add(_ id: IncompatibilityID, to term: Term) {
        watching[term.package.index].append(Watch(id: id, versions: term.versions))
    }

    func count(_ package: PackageID) -> Int { watching[package.index].count }

    func id(_ package: PackageID, _ position: Int) -> IncompatibilityID { watching[package.index][position].id }

    /// The last position before `end` whose term holds when the package is in `state`, or nil.
    func last(_ package: PackageID, before end: Int, holdingIn state: VersionSet) -> Int? {
        let list = watching[package.index]
        var position = end
        while position > 0 {
            position -= 1
            if state.isSubset(of: list[position].versions) { return position }
        }
        return nil
    }

    /// Takes away the watch at `position`; the last one of the list takes its place.
    mutating func remove(_ position: Int, of package: PackageID) {
        watching[package.index].swapAt(position, watching[package.index].count - 1)
        watching[package.index].removeLast()
    }
}
