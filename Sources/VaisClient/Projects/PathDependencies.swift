package import VaisModel

/// The packages that a project takes from folders beside it, directly or through one another.
package struct PathDependencies: Sendable {
    /// Absolute folders by name.
    package private(set) var folders: [PackageName: String] = [:]
    /// What the folders' own manifests require of registries, with who requires it.
    package private(set) var requirements: [Dependency] = []

    package init(of project: Project) throws(ClientError) {
        try visit(project.manifest.dependencies, in: project.folder)
    }

    private mutating func visit(_ dependencies: [Dependency], in folder: String) throws(ClientError) {
        var pending = dependencies.map { (dependency: $0, folder: folder) }
        while let (dependency, folder) = pending.popLast() {
            guard let path = dependency.path else { continue }
            let target = path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
            if let known = folders[dependency.name] {
                guard known == target else {
                    throw ClientError(.input, "`\(dependency.name)` is taken from two folders: \(known) and \(target)")
                }
                continue
            }
            folders[dependency.name] = target
            let manifest = try Project(folder: target).manifest
            guard manifest.name == dependency.name else {
                throw ClientError(
                    .input,
                    "\(target) holds the package `\(manifest.name?.text ?? "(none)")`, not `\(dependency.name)`",
                    hint: "correct the path or the name in \(folder)/\(Manifest.fileName)")
            }
            for inner in manifest.dependencies(.normal) {
                if inner.path == nil { requirements.append(inner) } else { pending.append((inner, target)) }
            }
        }
    }
}
