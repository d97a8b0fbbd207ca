package import VaisModel

/// One requirement of a published release. Unlike a manifest's, it can name neither a path nor another registry: a release
/// depends on packages of the registry that serves it.
package struct ReleaseDependency: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case normal, dev, build
    }

    package var name: PackageName
    package var requirement: Requirement
    package var kind: Kind
    /// Features of the dependency to switch on, as the manifest lists them.
    package var features: [String]
    package var isOptional: Bool
    /// The platform condition under which the dependency counts, or nil for always.
    package var target: String?

    package init(
        name: PackageName, requirement: Requirement, kind: Kind = .normal, features: [String] = [],
        isOptional: Bool = false, target: String? = nil
    ) {
        self.name = name
        self.requirement = requirement
        self.kind = kind
        self.features = features
        self.isOptional = isOptional
        self.target = target
    }
}
