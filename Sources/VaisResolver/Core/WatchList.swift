/// For each package, the incompatibilities to look at when its state changes.
///
/// An incompatibility matters only when all of its terms but one hold, so it is enough to watch two that do not hold yet: the
/// first two in the arena. When one comes to hold, the watch moves to another that does not, and only if there is none does
/// the incompatibility force something. Going back needs no work here, since terms then only stop holding.
///
/// Positive and negative terms have lists of their own: as long as a package need not be chosen, no positive term about it
/// can hold, and most packages of a large graph are in that state most of the time.
struct WatchList {
    /// The watches on one package's terms of one sign.
    struct Place {
        let package: PackageID
        let isPositive: Bool

        fileprivate var index: Int { 2 * package.index + (isPositive ? 1 : 0) }
    }

    private struct Watch {
        let id: IncompatibilityID
        /// The versions of the watched term, repeated here so that most watches are passed over by one look.
        let versions: VersionSet
    }

    private var watching: [[Watch]] = []

    mutating func reserve(packages count: Int) {
        while watching.count < 2 * count { watching.append([]) }
    }

    mutating func add(_ id: IncompatibilityID, to term: Term) {
        let place = Place(package: term.package, isPositive: term.isPositive)
        watching[place.index].append(Watch(id: id, versions: term.versions))
    }

    func count(_ place: Place) -> Int { watching[place.index].count }

    func id(_ place: Place, _ position: Int) -> IncompatibilityID { watching[place.index][position].id }

    /// The last position before `end` whose term holds when the package is in `state`, or nil.
    func last(_ place: Place, before end: Int, holdingIn state: VersionSet) -> Int? {
        let list = watching[place.index]
        var position = end
        while position > 0 {
            position -= 1
            if state.isSubset(of: list[position].versions) { return position }
        }
        return nil
    }

    /// Takes away the watch at `position`; the last one of the list takes its place.
    mutating func remove(_ position: Int, of place: Place) {
        watching[place.index].swapAt(position, watching[place.index].count - 1)
        watching[place.index].removeLast()
    }
}
