/// What a `vais.toml` says, checked. Tables that the model does not know are not in it; they stay in the file.
package struct Manifest: Hashable, Sendable {
    /// Larger files are refused unread, in bytes.
    package static let maximumSize = 1 << 20
    package static let fileName = "vais.toml"

    /// Nil when the file describes a workspace only.
    package var name: PackageName?
    package var version: Version?
    package var description: String?
    package var license: String?
    package var homepage: String?
    package var repository: String?
    package var documentation: String?
    package var authors: [String] = []
    package var keywords: [String] = []
    package var categories: [String] = []
    package var readme: String?
    package var edition: String?
    /// Patterns of the files to pack; empty for all.
    package var include: [String] = []
    /// Patterns of the files to leave out of the archive.
    package var exclude: [String] = []
    /// Of the compiler's own keys in the flat form: the main source file, the program's name and files to copy.
    package var source: String?
    package var binary: String?
    package var assets: [String] = []
    /// Normal ones first, then those for development; by name within each.
    package var dependencies: [Dependency] = []
    package var features: [String: [String]] = [:]
    /// Nil unless there is a `[workspace]` table. Folders, relative to the manifest's; patterns are kept as written.
    package var workspaceMembers: [String]?
    /// What members inherit by `workspace = true`, by name.
    package var workspaceDependencies: [Dependency] = []
    /// URLs by logical name.
    package var registries: [String: String] = [:]
    /// What the root project imposes on every package below it, by name.
    package var overrides: [Dependency] = []
    /// Whether the file has the flat form: its package's keys at the top, and no `[package]`.
    package var isFlat = false
    /// Doubts that are no errors, such as a table whose name is nearly a known one.
    package var warnings: [Warning] = []

    package struct Warning: Hashable, Sendable {
        package let message: String
        package let line: Int
    }

    package init() {}

    /// The dependencies of one kind, by name.
    package func dependencies(_ kind: DependencyKind) -> [Dependency] { dependencies.filter { $0.kind == kind } }

    /// This manifest as a member of `workspace`: dependencies with `workspace = true` take requirement, registry, path and
    /// target from there, and add their own features.
    ///
    /// - Throws: `.manifest` when the workspace does not state one of them.
    package func inheriting(from workspace: Manifest, file: String) throws(ModelError) -> Manifest {
        var result = self
        let shared = Dictionary(workspace.workspaceDependencies.map { ($0.name, $0) }) { first, _ in first }
        for (index, dependency) in dependencies.enumerated() where dependency.isInherited {
            guard var stated = shared[dependency.name] else {
                throw ModelError(
                    .manifest, "\(quoted(dependency.name.text)) is not in the workspace's dependencies",
                    hint: "add it to [workspace.dependencies], or state its version here", file: file,
                    line: dependency.line)
            }
            stated.kind = dependency.kind
            stated.optional = dependency.optional
            stated.line = dependency.line
            for feature in dependency.features where !stated.features.contains(feature) {
                stated.features.append(feature)
            }
            result.dependencies[index] = stated
        }
        return result
    }
}
