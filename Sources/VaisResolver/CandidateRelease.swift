package import VaisModel

/// One release as the resolver sees it.
package struct CandidateRelease: Hashable, Sendable {
    package var version: Version
    /// What it needs to be used: normal dependencies only, in any order. Two entries for one package must both hold.
    package var dependencies: [CandidateDependency]
    /// A yanked release is chosen only where it is already locked.
    package var yanked: Bool

    package init(version: Version, dependencies: [CandidateDependency] = [], yanked: Bool = false) {
        self.version = version
        self.dependencies = dependencies
        self.yanked = yanked
    }
}

/// One requirement of a release: a package and the versions of it that will do.
package struct CandidateDependency: Hashable, Sendable, CustomStringConvertible {
    package var name: PackageName
    package var requirement: Requirement

    package init(_ name: PackageName, _ requirement: Requirement) {
        self.name = name
        self.requirement = requirement
    }

    package var description: String { "\(name) \(requirement)" }
}
