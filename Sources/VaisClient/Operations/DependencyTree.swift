package import VaisModel

/// The locked packages as a tree below the project.
package struct DependencyTree: Sendable {
    package struct Node: Sendable {
        package var package: LockedPackage
        package var children: [Node]
        /// Whether the children stand elsewhere in the tree, at the package's first place.
        package var isRepeated: Bool
    }

    package let roots: [Node]

    /// Reads what is locked; nothing is asked of anybody and no plugin is loaded.
    package init(_ project: Project, depth: Int = .max) throws(ClientError) {
        guard let lockfile = try project.readLockfile() else {
            throw ClientError(.input, "there is no vais.lock", hint: "run `vais lock`")
        }
        var seen: Set<PackageName> = []
        func node(_ package: LockedPackage, _ level: Int) -> Node {
            // What is cut off here must be shown where it stands higher up.
            guard level < depth else { return Node(package: package, children: [], isRepeated: false) }
            guard seen.insert(package.name).inserted else {
                return Node(package: package, children: [], isRepeated: !package.dependencies.isEmpty)
            }
            return Node(
                package: package,
                children: package.dependencies.compactMap { lockfile[$0] }.map { node($0, level + 1) },
                isRepeated: false)
        }
        let direct = Set(lockfile.requirements.filter { $0.kind != .override }.map(\.name)).sorted()
        roots = direct.compactMap { lockfile[$0] }.map { node($0, 1) }
    }
}
