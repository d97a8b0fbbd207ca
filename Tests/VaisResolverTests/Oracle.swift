import VaisModel

@testable import VaisResolver

/// The settled rules, tried out one by one: slow, plain, and written without a look at the solver.
struct Oracle {
    let packages: [PackageName: [CandidateRelease]]
    let root: RootRequirements
    let lock: LockPreference

    /// The versions of a package in the order of preference.
    func preference(_ name: PackageName) -> [CandidateRelease] {
        let locked = lock.versions[name]
        let usable = (packages[name] ?? []).filter { !$0.yanked || $0.version == locked }
            .sorted { $0.version > $1.version }
        let isLocked = { (release: CandidateRelease) in release.version == locked }
        if !lock.isUpdating(name) { return usable.filter(isLocked) + usable.filter { !isLocked($0) } }
        let isLast = { (release: CandidateRelease) in release.yanked }
        return usable.filter { !isLast($0) } + usable.filter(isLast)
    }

    /// Every choice that meets all requirements and holds no package that is not needed, cycles allowed.
    func solutions(limit: Int = .max) -> [[PackageName: Version]] {
        var found: [[PackageName: Version]] = []
        search([:], root.entries.map { CandidateDependency($0.name, $0.requirement) }, &found, limit)
        return found
    }

    private func search(
        _ chosen: [PackageName: CandidateRelease], _ open: [CandidateDependency],
        _ found: inout [[PackageName: Version]], _ limit: Int
    ) {
        guard found.count < limit else { return }
        guard let next = open.first else {
            found.append(chosen.mapValues(\.version))
            return
        }
        let rest = Array(open.dropFirst())
        if let release = chosen[next.name] {
            if next.requirement.matches(release.version) { search(chosen, rest, &found, limit) }
            return
        }
        for release in preference(next.name) where next.requirement.matches(release.version) {
            if release.dependencies.contains(where: { $0.name == next.name }) { continue }
            var more = chosen
            more[next.name] = release
            search(more, rest + release.dependencies, &found, limit)
        }
    }

    /// The direct requirements' versions that the rules demand, out of all `solutions`.
    func bestDirects(_ solutions: [[PackageName: Version]]) -> [Version] {
        let directs = Set(root.entries.map(\.name)).sorted()
        var left = solutions
        var best: [Version] = []
        for name in directs {
            guard
                let version = preference(name).map(\.version).first(where: { version in
                    left.contains { $0[name] == version }
                })
            else { return best }
            best.append(version)
            left = left.filter { $0[name] == version }
        }
        return best
    }

    /// What is wrong with a choice, nil if it is valid.
    func fault(_ choice: [PackageName: Version]) -> String? {
        var reached: Set<PackageName> = []
        var open = root.entries.map { CandidateDependency($0.name, $0.requirement) }
        while let need = open.popLast() {
            guard let version = choice[need.name] else { return "\(need.name) is missing" }
            guard need.requirement.matches(version) else { return "\(need) does not admit \(version)" }
            guard let release = packages[need.name]?.first(where: { $0.version == version }) else {
                return "\(need.name) \(version) does not exist"
            }
            if release.yanked, lock.versions[need.name] != version { return "\(need.name) \(version) is yanked" }
            if release.dependencies.contains(where: { $0.name == need.name }) { return "\(need.name) needs itself" }
            if reached.insert(need.name).inserted { open += release.dependencies }
        }
        return reached.count == choice.count ? nil : "something is chosen that nothing needs"
    }

    /// Whether the packages of a valid choice need each other in a circle.
    func hasCycle(_ choice: [PackageName: Version]) -> Bool {
        var left = choice
        while true {
            let free = left.filter { name, version in
                let release = packages[name]?.first { $0.version == version }
                return release?.dependencies.allSatisfy { left[$0.name] == nil } ?? true
            }
            if free.isEmpty { return !left.isEmpty }
            for name in free.keys { left[name] = nil }
        }
    }
}
