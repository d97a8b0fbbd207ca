package import VaisModel
internal import VaisResolver

/// The packages that a project takes from folders: its own path dependencies, those of the packages in these folders, and overrides by a
/// path. To the resolver each is a package with one release, so that what others require of it must hold.
package struct PathDependencies: Sendable {
    /// Absolute folders by name.
    package private(set) var folders: [PackageName: String] = [:]
    /// What the folders' own manifests require of registries.
    package private(set) var requirements: [Dependency] = []
    private var manifests: [PackageName: Manifest] = [:]

    package init(of project: Project) throws(ClientError) {
        var pending = (project.manifest.dependencies + project.manifest.overrides).map { ($0, project.folder) }
        while let (dependency, folder) = pending.popLast() {
            guard let path = dependency.path else { continue }
            let written = path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
            guard let target = Files.resolved(written) else {
                throw ClientError(
                    .input, "`\(dependency.name)` is to be taken from \(written), which does not exist",
                    hint: "correct the path in \(folder)/\(Manifest.fileName)", reason: "path")
            }
            if let known = folders[dependency.name] {
                guard known == target else {
                    throw ClientError(
                        .input, "`\(dependency.name)` is to be taken from two folders: \(known) and \(target)",
                        hint: "let both paths lead to the same folder", reason: "path")
                }
                continue
            }
            let manifest = try Project(folder: target).manifest
            guard manifest.name == dependency.name else {
                throw ClientError(
                    .input,
                    "\(target) holds the package `\(manifest.name?.text ?? "(none)")`, not `\(dependency.name)`",
                    hint: "correct the path or the name in \(folder)/\(Manifest.fileName)", reason: "path")
            }
            folders[dependency.name] = target
            manifests[dependency.name] = manifest
            for inner in manifest.dependencies(.normal) where !inner.optional {
                if inner.path == nil { requirements.append(inner) } else { pending.append((inner, target)) }
            }
        }
        requirements.removeAll { folders[$0.name] != nil }
    }

    /// The package in a folder as a release; nil when `name` is not taken from one.
    func candidate(_ name: PackageName) throws(ModelError) -> CandidateRelease? {
        guard let manifest = manifests[name] else { return nil }
        var dependencies: [CandidateDependency] = []
        for dependency in manifest.dependencies(.normal) where !dependency.optional {
            dependencies.append(CandidateDependency(dependency.name, try requirement(of: dependency)))
        }
        return CandidateRelease(version: try version(manifest), dependencies: dependencies, yanked: false)
    }

    /// What a dependency asks for: one that only names a folder asks for what is in it, whatever its version.
    func requirement(of dependency: Dependency) throws(ModelError) -> Requirement {
        if dependency.hasRequirement { return dependency.requirement }
        return try exactly(dependency.name) ?? dependency.requirement
    }

    /// The requirement that just the package in the folder meets.
    func exactly(_ name: PackageName) throws(ModelError) -> Requirement? {
        guard let manifest = manifests[name] else { return nil }
        let version = try version(manifest)
        let prerelease = version.prerelease.map(\.description).joined(separator: ".")
        return try Requirement(
            parsing: "=\(version.major).\(version.minor).\(version.patch)"
                + (prerelease.isEmpty ? "" : "-" + prerelease))
    }

    /// A package that is never published may have no version.
    private func version(_ manifest: Manifest) throws(ModelError) -> Version {
        if let version = manifest.version { return version }
        return try Version(parsing: "0.0.0")
    }
}
