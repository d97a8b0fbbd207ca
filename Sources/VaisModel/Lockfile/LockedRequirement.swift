/// One requirement of the root project as a lockfile keeps it: `left-pad ^1.2`, or `left-pad ^1.2 (corp)` when the
/// package comes from another registry than the default.
package struct LockedRequirement: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Which list of the lockfile's `[root]` it stands in.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case normal = "dependencies"
        case dev = "dev-dependencies"
        case override = "overrides"
    }

    package let name: PackageName
    package let requirement: Requirement
    package let registry: String
    package let kind: Kind

    package init(
        name: PackageName, requirement: Requirement, registry: String = RegistryName.default, kind: Kind = .normal
    ) {
        self.name = name
        self.requirement = requirement
        self.registry = registry
        self.kind = kind
    }

    package var description: String {
        registry == RegistryName.default ? "\(name) \(requirement)" : "\(name) \(requirement) (\(registry))"
    }

    package static func < (left: LockedRequirement, right: LockedRequirement) -> Bool {
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        return left.description < right.description
    }

    /// Reads `text`, as `description` writes it.
    init(parsing text: String, kind: Kind) throws(ModelError) {
        guard let space = text.utf8.firstIndex(of: UInt8(ascii: " ")) else {
            throw ModelError(.lockfile, "expected a name and a requirement, found \(quoted(text))")
        }
        name = try PackageName(parsing: String(text[..<space]))
        self.kind = kind
        var rest = text[text.utf8.index(after: space)...]
        // A requirement has no parentheses, so they can only hold a registry.
        if rest.utf8.last == UInt8(ascii: ")"), let open = rest.utf8.firstIndex(of: UInt8(ascii: "(")) {
            registry = String(rest[rest.utf8.index(after: open)...].dropLast())
            guard RegistryName.isValid(registry), rest[..<open].utf8.last == UInt8(ascii: " ") else {
                throw ModelError(.lockfile, "expected a registry's name between parentheses in \(quoted(text))")
            }
            rest = rest[..<open].dropLast()
        } else {
            registry = RegistryName.default
        }
        requirement = try Requirement(parsing: String(rest))
    }
}

extension Manifest {
    /// What a lockfile records of this manifest: every dependency that a registry answers, and the overrides. A dependency
    /// taken from a folder is not recorded; what that folder's own manifest requires is the caller's to add. Of a
    /// workspace's member, take it after `inheriting(from:)`.
    package var lockedRequirements: [LockedRequirement] {
        var result: [LockedRequirement] = []
        for dependency in dependencies where dependency.path == nil {
            result.append(LockedRequirement(dependency, kind: dependency.kind == .dev ? .dev : .normal))
        }
        for override in overrides where override.path == nil {
            result.append(LockedRequirement(override, kind: .override))
        }
        return result
    }
}

extension LockedRequirement {
    fileprivate init(_ dependency: Dependency, kind: Kind) {
        self.init(
            name: dependency.name, requirement: dependency.requirement,
            registry: dependency.registry ?? RegistryName.default, kind: kind)
    }
}
