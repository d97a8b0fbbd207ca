import VaisModel

/// A part of a proof that is too long to be read: why the newest versions of the direct requirements do not go together.
///
/// What has no solution has none either when its direct requirements are narrowed to one version each, and that is most
/// often shown in far fewer steps.
extension Solver {
    /// The narrowed problem and its failure, or nil if it cannot be settled quickly from what is known.
    func newestChoice(of required: [Edge]) -> (solver: Solver, failure: IncompatibilityID)? {
        var entries: [RootRequirements.Entry] = []
        for edge in required {
            var catalog = catalog
            guard let version = catalog.best(edge.dependency, in: catalog.matching(edge)),
                let exact = try? Requirement(parsing: "=\(catalog.version(edge.dependency, version))")
            else { return nil }
            entries.append(.init(catalog.name(edge.dependency), exact))
        }
        let root = RootRequirements(project: project.map(projectRelease), entries)
        var narrowed = Solver(root: root, lock: LockPreference(), conflictLimit: 1_000)
        while true {
            switch narrowed.advance() {
            case .failed(let failure): return (narrowed, failure)
            case .needs(let edges):
                for edge in edges {
                    let package = narrowed.catalog.edges[edge].dependency
                    guard let known = catalog.candidates(named: narrowed.catalog.name(package)) else { return nil }
                    narrowed.load(package, known)
                }
            case .solved, .paused, .exhausted: return nil
            }
        }
    }

    private func projectRelease(_ package: PackageID) -> ReleaseID {
        ReleaseID(name: catalog.name(package), version: catalog.version(package, 0))
    }
}
