package import VaisModel

/// What a project asks for: the starting point of a resolution.
package struct RootRequirements: Sendable {
    /// One line of the manifest's `[dependencies]` or `[dev-dependencies]`.
    package struct Entry: Hashable, Sendable {
        package var name: PackageName
        package var requirement: Requirement
        /// Whether only the project's own development needs it. It is resolved all the same, but may lead back to the
        /// project without that being a cycle.
        package var isDevelopment: Bool

        package init(_ name: PackageName, _ requirement: Requirement, isDevelopment: Bool = false) {
            self.name = name
            self.requirement = requirement
            self.isDevelopment = isDevelopment
        }
    }

    /// The project's own release, if it has a version. There is one version of each package, so a package that depends on
    /// this name gets the project itself and nothing from the source.
    package var project: ReleaseID?
    /// In any order. Two entries for one package must both hold.
    package var entries: [Entry]

    package init(project: ReleaseID? = nil, _ entries: [Entry]) {
        self.project = project
        self.entries = entries
    }
}
