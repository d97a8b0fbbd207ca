package import VaisModel

/// One version for each package that is needed, such that every requirement is met.
package struct Resolution: Sendable {
    package struct Package: Hashable, Sendable {
        package let name: PackageName
        package let version: Version
        /// The packages it needs, by name. The project itself is left out, where a package leads back to it.
        package let dependencies: [PackageName]
    }

    /// By name. The project itself is not among them.
    package let packages: [Package]
    package let statistics: ResolverStatistics

    package subscript(name: PackageName) -> Version? {
        var low = 0
        var high = packages.count
        while low < high {
            let middle = (low + high) / 2
            if packages[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < packages.count && packages[low].name == name ? packages[low].version : nil
    }

    package var versions: [PackageName: Version] {
        var versions: [PackageName: Version] = [:]
        for package in packages { versions[package.name] = package.version }
        return versions
    }
}
