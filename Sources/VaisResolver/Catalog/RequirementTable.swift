import VaisModel

/// A requirement's number within one resolution.
struct RequirementID: Hashable {
    let rawValue: Int32

    init(_ index: Int) { rawValue = Int32(truncatingIfNeeded: index) }

    var index: Int { Int(rawValue) }
}

/// Every requirement met on every package, each matched against the package's versions once.
struct RequirementTable {
    private struct Record {
        let package: PackageID
        /// Usually one; all must hold.
        let requirements: [Requirement]
        var matching: VersionSet?
        var forbidden: VersionSet?
    }

    private var records: [Record] = []
    private var single: [[Requirement: RequirementID]] = []
    private var joint: [PackageID: [[Requirement]: RequirementID]] = [:]

    /// The number of `requirement` on `package`.
    mutating func intern(_ requirement: Requirement, on package: PackageID) -> RequirementID {
        while single.count <= package.index { single.append([:]) }
        if let known = single[package.index][requirement] { return known }
        let id = add([requirement], on: package)
        single[package.index][requirement] = id
        return id
    }

    /// The number of several requirements on `package` that must all hold; their order does not matter.
    mutating func intern(_ requirements: [Requirement], on package: PackageID) -> RequirementID {
        var unique: [Requirement] = []
        for requirement in requirements.sorted(by: { $0.text < $1.text }) where unique.last != requirement {
            unique.append(requirement)
        }
        if unique.count == 1, let only = unique.first { return intern(only, on: package) }
        if let known = joint[package]?[unique] { return known }
        let id = add(unique, on: package)
        joint[package, default: [:]][unique] = id
        return id
    }

    private mutating func add(_ requirements: [Requirement], on package: PackageID) -> RequirementID {
        records.append(Record(package: package, requirements: requirements))
        return RequirementID(records.count - 1)
    }

    func requirements(_ id: RequirementID) -> [Requirement] { records[id.index].requirements }

    /// As the manifest has it: `^1.2`; `*` stays as it is.
    func text(_ id: RequirementID) -> String {
        records[id.index].requirements.map(\.text).joined(separator: " and ")
    }

    func matches(_ id: RequirementID, _ version: Version) -> Bool {
        records[id.index].requirements.allSatisfy { $0.matches(version) }
    }

    /// The versions among `candidates` that `id` admits. `candidates` are those of the requirement's package.
    mutating func matching(_ id: RequirementID, among candidates: Candidates) -> VersionSet {
        if let known = records[id.index].matching { return known }
        var set = VersionSet.none(versions: candidates.count)
        let requirements = records[id.index].requirements
        for (place, version) in candidates.versions.enumerated()
        where requirements.allSatisfy({ $0.matches(version) }) {
            set.insert(place)
        }
        records[id.index].matching = set
        return set
    }

    /// Every state but the ones that `id` admits; absence is forbidden by a requirement that is not met.
    mutating func forbidden(_ id: RequirementID, among candidates: Candidates, universe: VersionSet) -> VersionSet {
        if let known = records[id.index].forbidden { return known }
        let set = universe.subtracting(matching(id, among: candidates))
        records[id.index].forbidden = set
        return set
    }
}
