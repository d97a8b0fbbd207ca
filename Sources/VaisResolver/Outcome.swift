import VaisModel

/// Reading the finished partial solution.
extension Solver {
    /// The chosen packages by name, with their numbers.
    private func chosen() -> [(package: PackageID, version: Int)] {
        (0..<isChanged.count).map { PackageID($0) }
            .compactMap { package in
                guard solution.isDecided(package) else { return nil }
                return solution.versions(of: package).newest.map { (package, $0) }
            }
            .sorted { catalog.name($0.package) < catalog.name($1.package) }
    }

    func proof(of failure: IncompatibilityID) -> Proof {
        Proof(of: failure, store: store, universes: catalog.universes)
    }

    /// What was chosen. Call only when `advance` has answered `.solved`.
    mutating func resolution() -> Resolution {
        var packages: [Resolution.Package] = []
        for (package, version) in chosen() where package != project {
            let edges = catalog.edges(of: package, version)
            let dependencies = edges.map { catalog.edges[$0].dependency }.filter { $0 != project }
            packages.append(
                Resolution.Package(
                    name: catalog.name(package), version: catalog.version(package, version),
                    dependencies: dependencies.map(catalog.name)))
        }
        return Resolution(packages: packages, statistics: statistics)
    }

    /// The cycle among the chosen packages' dependencies, if there is one. `entries` are the root's: what it needs only for
    /// development may lead back to it.
    ///
    /// This is asked after the choice and does not take part in it. A cycle is a defect of the packages themselves;
    /// going around it silently would make the versions depend on a mistake that may be mended tomorrow.
    mutating func cycle(_ entries: [RootRequirements.Entry]) -> DependencyCycle? {
        let chosen = chosen()
        var places = [Int](repeating: -1, count: catalog.count)
        for (place, choice) in chosen.enumerated() { places[choice.package.index] = place }
        let needed = Set(entries.filter { !$0.isDevelopment }.map(\.name))
        let edges = chosen.map { package, version in
            package == project
                ? directs.filter { needed.contains(catalog.name(catalog.edges[$0].dependency)) }
                : Array(catalog.edges(of: package, version))
        }
        let successors = edges.map { $0.map { places[catalog.edges[$0].dependency.index] } }
        guard let nodes = CycleSearch(successors: successors).find() else { return nil }
        let steps = nodes.enumerated().map { place, node in
            let next = nodes[(place + 1) % nodes.count]
            let edge = edges[node].first { places[catalog.edges[$0].dependency.index] == next }
            let (package, version) = chosen[node]
            return DependencyCycle.Step(
                release: ReleaseID(name: catalog.name(package), version: catalog.version(package, version)),
                requirement: edge.map { catalog.requirements.text(catalog.edges[$0].requirement) } ?? "*")
        }
        return DependencyCycle(steps: steps)
    }
}
