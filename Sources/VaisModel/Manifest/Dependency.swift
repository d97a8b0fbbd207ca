/// Which table of the manifest a dependency stands in.
package enum DependencyKind: String, Hashable, Sendable, CaseIterable {
    case normal
    case dev
    /// Known from registries only; a manifest has no table for it.
    case build
}

/// One dependency as a manifest states it.
package struct Dependency: Sendable {
    package var name: PackageName
    /// `*` when the manifest gives none.
    package var requirement: Requirement
    /// Whether the manifest states `requirement`; without one, a dependency with a path cannot be published.
    package var hasRequirement: Bool
    package var kind: DependencyKind
    /// The logical name of the one registry the package may come from; nil for the default.
    package var registry: String?
    /// A folder, relative to the manifest's; the package is then taken from there.
    package var path: String?
    package var features: [String]
    package var optional: Bool
    package var target: String?
    /// Whether the rest is stated in the workspace's `[workspace.dependencies]`; see `Manifest.inheriting(from:)`.
    package var isInherited: Bool
    /// The line in the manifest, when it came from one. Not part of equality.
    package var line: Int?

    package init(
        name: PackageName, requirement: Requirement, hasRequirement: Bool = true, kind: DependencyKind = .normal,
        registry: String? = nil, path: String? = nil, features: [String] = [], optional: Bool = false,
        target: String? = nil, isInherited: Bool = false, line: Int? = nil
    ) {
        self.name = name
        self.requirement = requirement
        self.hasRequirement = hasRequirement
        self.kind = kind
        self.registry = registry
        self.path = path
        self.features = features
        self.optional = optional
        self.target = target
        self.isInherited = isInherited
        self.line = line
    }
}

extension Dependency: Hashable {
    package static func == (left: Dependency, right: Dependency) -> Bool {
        left.name == right.name && left.requirement == right.requirement && left.hasRequirement == right.hasRequirement
            && left.kind == right.kind && left.registry == right.registry && left.path == right.path
            && left.features == right.features && left.optional == right.optional && left.target == right.target
            && left.isInherited == right.isInherited
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(requirement)
        hasher.combine(kind)
    }
}
