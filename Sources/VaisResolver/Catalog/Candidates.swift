import VaisModel

/// The releases of one package that may be chosen, oldest first, and what is known about the others.
struct Candidates {
    let releases: [CandidateRelease]
    /// Theirs, apart: requirements are matched against these only.
    let versions: [Version]
    /// Yanked releases that are not locked: never chosen, kept to explain a failure.
    let withheld: [Version]
    /// The version to try before any other.
    private let preferred: Int?
    /// The version to try after all others: yanked, locked, and being updated.
    private let lastResort: Int?

    init(_ answer: [CandidateRelease], of name: PackageName, lock: LockPreference) {
        let sorted = Candidates.sorted(answer)
        guard let locked = lock.versions[name] else {
            releases = sorted.contains { $0.yanked } ? sorted.filter { !$0.yanked } : sorted
            versions = releases.map(\.version)
            withheld = sorted.count == releases.count ? [] : sorted.filter(\.yanked).map(\.version)
            preferred = nil
            lastResort = nil
            return
        }
        let usable = sorted.filter { !$0.yanked || $0.version == locked }
        let place = usable.firstIndex { $0.version == locked }
        let isUpdating = lock.isUpdating(name)
        preferred = isUpdating ? nil : place
        lastResort = isUpdating ? place.flatMap { usable[$0].yanked ? $0 : nil } : nil
        releases = usable
        versions = usable.map(\.version)
        withheld = sorted.filter { $0.yanked && $0.version != locked }.map(\.version)
    }

    /// The project itself as the only release of its name. Its dependencies are the root's and are not repeated here.
    init(project: Version) {
        releases = [CandidateRelease(version: project)]
        versions = [project]
        withheld = []
        preferred = nil
        lastResort = nil
    }

    var count: Int { releases.count }

    /// Whether nothing at all is known under the name.
    var isUnknownPackage: Bool { releases.isEmpty && withheld.isEmpty }

    /// The version of `set` to try next; nil if the set has none.
    func best(in set: VersionSet) -> Int? {
        if let preferred, set.contains(preferred) { return preferred }
        guard let lastResort, set.contains(lastResort), set.versionCount > 1 else { return set.newest }
        return set.subtracting(.only(lastResort, versions: count)).newest
    }

    /// By version. A registry has each version once; of entries that claim the same version the same one is kept whatever
    /// their order, a yanked one first.
    private static func sorted(_ answer: [CandidateRelease]) -> [CandidateRelease] {
        var isSorted = true
        for index in answer.indices.dropFirst() where !(answer[index - 1].version < answer[index].version) {
            isSorted = false
            break
        }
        if isSorted { return answer }
        var unique: [CandidateRelease] = []
        for release in answer.sorted(by: precedes) where unique.last?.version != release.version {
            unique.append(release)
        }
        return unique
    }

    private static func precedes(_ left: CandidateRelease, _ right: CandidateRelease) -> Bool {
        if left.version != right.version { return left.version < right.version }
        if left.yanked != right.yanked { return left.yanked }
        let texts = [left, right].map { $0.dependencies.map(\.description).sorted() }
        return texts[0].lexicographicallyPrecedes(texts[1])
    }
}
