internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// The dependencies of releases as they are stored: one record each.
enum DependencyRecord {
    static func read(_ row: Row) throws(StorageError) -> ReleaseDependency {
        guard let kind = ReleaseDependency.Kind(rawValue: try row.text(2)) else {
            throw StorageError(.corrupt, "the store holds a dependency of an unknown kind")
        }
        return ReleaseDependency(
            name: try parsed(try row.text(3), PackageName.init(parsing:)),
            requirement: try parsed(try row.text(4), Requirement.init(parsing:)),
            kind: kind,
            features: PackageRecord.list(try row.text(5)),
            isOptional: try row.bool(6),
            target: try row.optionalText(7))
    }

    static func values(_ dependency: Dependency, of release: ReleaseID) -> [Value] {
        [
            .text(release.name.text), .text(release.version.description), .text(dependency.kind.rawValue),
            .text(dependency.name.text), .text(dependency.requirement.description),
            .text(PackageRecord.text(dependency.features)), .bool(dependency.optional), .text(dependency.target),
        ]
    }
}
