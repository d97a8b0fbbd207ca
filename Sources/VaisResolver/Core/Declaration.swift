/// From requirements to incompatibilities.
extension Solver {
    /// States the root's requirements as facts. Returns the incompatibility without terms if one of them cannot be met at all.
    mutating func declareRoot() -> IncompatibilityID? {
        for position in directs {
            let edge = catalog.edges[position]
            if edge.dependency == project {
                return store.add([], cause: .selfDependency(edge: Int32(truncatingIfNeeded: position)))
            }
            if catalog.matching(edge).isEmpty {
                return store.add([], cause: .unmet(edge: Int32(truncatingIfNeeded: position)))
            }
            let term = Term(package: edge.dependency, versions: catalog.forbidden(edge))
            let id = store.add(CollectionOfOne(term), cause: .project(edge: Int32(truncatingIfNeeded: position)))
            watch(id)
            derive(not: term, cause: id)
        }
        return nil
    }

    /// States one dependency of a release, for all neighbouring versions that have the same one.
    mutating func declare(_ position: Int, of package: PackageID, _ version: Int) -> IncompatibilityID {
        let edge = catalog.edges[position]
        let depender = Term(package: package, versions: widen(edge, position, of: package, version))
        let number = Int32(truncatingIfNeeded: position)
        let id: IncompatibilityID
        if edge.dependency == package {
            id = store.add(CollectionOfOne(depender), cause: .selfDependency(edge: number))
        } else if catalog.matching(edge).isEmpty {
            id = store.add(CollectionOfOne(depender), cause: .unmet(edge: number))
        } else {
            let excluded = Term(package: edge.dependency, versions: catalog.forbidden(edge))
            id = store.add([excluded, depender], cause: .dependency(edge: number))
        }
        watch(id)
        return id
    }

    /// The versions around `version` without a gap that have the same requirement on the same package. "Every 2.x needs
    /// json ^3" is read more easily than a line for each of them, and excludes them together.
    private mutating func widen(_ edge: Edge, _ position: Int, of package: PackageID, _ version: Int) -> VersionSet {
        var versions = catalog.only(version, of: package)
        catalog.markDeclared(position)
        for step in [-1, 1] {
            var neighbour = version + step
            while let same = undeclared(edge, of: package, neighbour) {
                catalog.markDeclared(same)
                versions.insert(neighbour)
                neighbour += step
            }
        }
        return versions
    }

    /// The position of an edge like `edge` of another version, unless there is none or it is covered already.
    private mutating func undeclared(_ edge: Edge, of package: PackageID, _ version: Int) -> Int? {
        guard version >= 0, version < catalog.releases(package).count else { return nil }
        return catalog.edges(of: package, version).first {
            let other = catalog.edges[$0]
            return other.dependency == edge.dependency && other.requirement == edge.requirement && !other.isDeclared
        }
    }
}
