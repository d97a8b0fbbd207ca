import VaisModel

/// Looks for small changes of the manifest that make a failed resolution work, by trying them.
struct RepairSearch<Source: PackageSource> {
    let root: RootRequirements
    let lock: LockPreference
    let source: Source

    /// Trying takes a fraction of the search that failed, or is given up.
    private static var conflictLimit: Int { 1_000 }
    /// With more requirements at fault, changing one of them rarely helps.
    private static var requirementLimit: Int { 5 }

    /// For each requirement that `proof` rests on: the one to put in its place, where that alone is enough. What goes wrong
    /// while trying is not worth reporting; the failure itself is.
    func repairs(for proof: Proof, of solver: Solver) async -> [Repair] {
        let names = proof.requiredPackages(of: solver).map(solver.catalog.name)
        guard names.count <= Self.requirementLimit else { return [] }
        var repairs: [Repair] = []
        for name in names.sorted() {
            if let repair = try? await repair(name) { repairs.append(repair) }
        }
        return repairs
    }

    /// Lets go of what the root says of `name`, and sees which version that leads to.
    private func repair(_ name: PackageName) async throws -> Repair? {
        var lifted = root
        lifted.entries.removeAll { $0.name == name }
        lifted.entries.append(.init(name, .any))
        var solver = Solver(root: lifted, lock: lock, conflictLimit: Self.conflictLimit)
        guard case .solved = try await run(&solver, with: source), solver.cycle(root.entries) == nil,
            let version = solver.resolution()[name]
        else { return nil }
        let replaced = root.entries.filter { $0.name == name }.map(\.requirement)
        return Repair(name: name, replaced: replaced, requirement: .caret(version))
    }
}

extension Proof {
    /// The packages of the root's requirements that the proof rests on.
    func requiredPackages(of solver: Solver) -> Set<PackageID> {
        var packages: Set<PackageID> = []
        for id in facts where !solver.store.terms(of: id).contains(where: { $0.isPositive }) {
            switch solver.store[id].cause {
            case .project(let edge), .unmet(let edge): packages.insert(solver.catalog.edges[Int(edge)].dependency)
            default: break
            }
        }
        return packages
    }
}
