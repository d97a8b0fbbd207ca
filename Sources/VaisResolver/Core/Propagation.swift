/// Unit propagation (PubGrub, "Unit Propagation").
extension Solver {
    /// Derives all that follows from the packages that changed. Returns an incompatibility whose terms all hold, if one is met.
    mutating func propagate() -> IncompatibilityID? {
        while let package = changed.popLast() {
            isChanged[package.index] = false
            if let conflict = propagate(package) {
                for other in changed { isChanged[other.index] = false }
                changed.removeAll(keepingCapacity: true)
                return conflict
            }
        }
        return nil
    }

    private mutating func propagate(_ package: PackageID) -> IncompatibilityID? {
        let state = solution.versions(of: package)
        if !state.admitsAbsence, let conflict = propagate(.init(package: package, isPositive: true), state) {
            return conflict
        }
        return propagate(.init(package: package, isPositive: false), state)
    }

    private mutating func propagate(_ place: WatchList.Place, _ state: VersionSet) -> IncompatibilityID? {
        // Newest first: what was learned late is the most general, so it excludes most.
        var end = watches.count(place)
        while let position = watches.last(place, before: end, holdingIn: state) {
            end = position
            let id = watches.id(place, position)
            let range = store[id].terms
            let first = range.lowerBound
            // The package's own term goes second; a lone term is first and last.
            if range.count > 1, store.terms[first].package == place.package { store.swapTerms(first, first + 1) }
            if range.count > 2, moveWatch(at: position, of: place, range: range) { continue }
            if let conflict = force(id) { return conflict }
        }
        return nil
    }

    /// Lets a term that does not hold yet take over the watch at `position`, whose term does. False if there is none, or if
    /// the other watched term rules the incompatibility out anyway.
    private mutating func moveWatch(at position: Int, of place: WatchList.Place, range: Range<Int>) -> Bool {
        guard !solution.contradicts(store.terms[range.lowerBound]) else { return false }
        for other in range.lowerBound + 2..<range.upperBound where !solution.satisfies(store.terms[other]) {
            watches.add(watches.id(place, position), to: store.terms[other])
            watches.remove(position, of: place)
            store.swapTerms(range.lowerBound + 1, other)
            return true
        }
        return false
    }

    /// All terms of `id` but the first hold: the first must not. Returns `id` if it holds already.
    mutating func force(_ id: IncompatibilityID) -> IncompatibilityID? {
        let term = store.terms[store[id].terms.lowerBound]
        if solution.contradicts(term) { return nil }
        if solution.satisfies(term) { return id }
        derive(not: term, cause: id)
        return nil
    }

    /// Notes that `term` cannot hold.
    mutating func derive(not term: Term, cause: IncompatibilityID) {
        statistics.derivations += 1
        let package = term.package
        solution.derive(package, solution.versions(of: package).subtracting(term.versions), cause: cause)
        touch(package)
    }

    /// Has `package` propagated and, if it waits for a decision, queued by what is left of it.
    mutating func touch(_ package: PackageID) {
        if !isChanged[package.index] {
            isChanged[package.index] = true
            changed.append(package)
        }
        enqueue(package)
    }

    /// Adds an incompatibility to the lists of the two terms it is watched by: its first two.
    mutating func watch(_ id: IncompatibilityID) {
        for term in store.terms(of: id).prefix(2) { watches.add(id, to: term) }
    }
}
