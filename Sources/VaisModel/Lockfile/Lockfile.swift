/// What a project's `vais.lock` says: the root's requirements and the one release chosen for each package.
///
/// The text has one canonical form, a subset of TOML without escapes, so that equal lockfiles are equal bytes and a
/// changed version changes only its own lines. There is no hash of the whole, no time of writing and no tool version in
/// it, which would conflict in every merge.
package struct Lockfile: Hashable, Sendable {
    package static let fileName = "vais.lock"
    /// The format written, and the newest that is read.
    package static let format: UInt64 = 1

    /// What the root project asks for, sorted. The lockfile is fresh while this equals what the manifests say.
    package let requirements: [LockedRequirement]
    /// Sorted by name, each name once.
    package let packages: [LockedPackage]

    /// - Parameters:
    ///   - requirements: In any order; repeated ones count once.
    ///   - packages: In any order; of two with one name the first is kept.
    package init(requirements: some Sequence<LockedRequirement>, packages: some Sequence<LockedPackage>) {
        self.requirements = Set(requirements).sorted()
        var byName: [PackageName: LockedPackage] = [:]
        for package in packages where byName[package.name] == nil { byName[package.name] = package }
        self.packages = byName.values.sorted { $0.name < $1.name }
    }

    /// The entry of `name`, by binary search.
    package subscript(name: PackageName) -> LockedPackage? {
        var (low, high) = (0, packages.count)
        while low < high {
            let middle = low + (high - low) / 2
            if packages[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < packages.count && packages[low].name == name ? packages[low] : nil
    }

    /// Whether the lockfile answers exactly these requirements. Freshness is this comparison, never a resolution.
    package func isFresh(for requirements: some Sequence<LockedRequirement>) -> Bool {
        Set(requirements) == Set(self.requirements)
    }

    /// Whether the lockfile answers the requirements of a project with this manifest alone: no workspace members and no
    /// dependencies taken from folders, whose requirements count too.
    package func isFresh(for manifest: Manifest) -> Bool { isFresh(for: manifest.lockedRequirements) }
}

/// One package of a lockfile.
package struct LockedPackage: Hashable, Sendable {
    package var name: PackageName
    package var version: Version
    /// A logical name, never a URL, so that a mirror or another address changes nothing.
    package var registry: String
    /// Of the archive.
    package var checksum: Checksum
    /// Of the archive, in bytes.
    package var size: UInt64
    package var published: Timestamp?
    /// The locked packages that this one needs, sorted.
    package var dependencies: [PackageName]

    package init(
        name: PackageName, version: Version, registry: String = RegistryName.default, checksum: Checksum, size: UInt64,
        published: Timestamp? = nil, dependencies: [PackageName] = []
    ) {
        self.name = name
        self.version = version
        self.registry = registry
        self.checksum = checksum
        self.size = size
        self.published = published
        self.dependencies = dependencies.sorted()
    }

    package var release: ReleaseID { ReleaseID(name: name, version: version) }
}
