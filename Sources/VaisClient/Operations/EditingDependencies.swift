package import VaisModel
internal import VaisProtocol

/// Adds and removes requirements in a project's manifest; the rest of the text stays as it is. Each change is made to what the manifest
/// says once no other process changes the project: of several at once none is lost.
package struct EditingDependencies: Sendable {
    let project: Project
    let session: Session

    package init(_ project: Project, _ session: Session) {
        self.project = project
        self.session = session
    }

    /// Adds a requirement, or replaces the one that is there. Without `requirement` it is `^` the newest release that is neither yanked
    /// nor, if there is another, a prerelease. Gives what was written. The manifest is changed on disk only if it can then be resolved.
    package func add(
        _ name: PackageName, requirement: Requirement?, dev: Bool
    ) async throws(ClientError) -> (requirement: Requirement, outcome: Locking.Outcome) {
        let right = try await project.lockForChange(session.events)
        defer { withExtendedLifetime(right) {} }
        let project = try Project(folder: project.folder)
        let chosen: Requirement
        if let requirement { chosen = requirement } else { chosen = try await newest(name, for: project) }
        var editor = editor(project)
        do throws(ModelError) {
            try editor.add(name, requirement: chosen.description, dev: dev)
        } catch {
            throw ClientError(error)
        }
        return (chosen, try await save(editor, project))
    }

    /// Removes a requirement.
    package func remove(_ name: PackageName, dev: Bool) async throws(ClientError) -> Locking.Outcome {
        let right = try await project.lockForChange(session.events)
        defer { withExtendedLifetime(right) {} }
        let project = try Project(folder: project.folder)
        var editor = editor(project)
        let removed: Bool
        do throws(ModelError) {
            removed = try editor.remove(name, dev: dev)
        } catch {
            throw ClientError(error)
        }
        guard removed else {
            let other = project.manifest.dependencies.contains { $0.name == name && ($0.kind == .dev) != dev }
            throw ClientError(
                .input, "vais.toml has no \(dev ? "development " : "")dependency `\(name)`",
                hint: other ? (dev ? "leave out --dev" : "add --dev") : nil, reason: "not_found")
        }
        return try await save(editor, project)
    }

    private func editor(_ project: Project) -> ManifestEditor {
        ManifestEditor(text: String(decoding: project.manifestText, as: UTF8.self), file: project.manifestPath)
    }

    private func save(_ editor: ManifestEditor, _ project: Project) async throws(ClientError) -> Locking.Outcome {
        let bytes = Array(editor.text.utf8)
        let changed = try Project(folder: project.folder, manifestText: bytes)
        let outcome = try await Locking(changed, session).lock()
        // Both are on the disk before either takes its place, so that a full disk changes nothing.
        // A link to the manifest stays one: what it leads to is a manifest, or it could not have been edited.
        let place = Files.isLink(project.manifestPath) ? Files.resolved(project.manifestPath) : nil
        let manifest = try StagedFile(bytes, replacing: place ?? project.manifestPath)
        let lockfile = try StagedFile(outcome.lockfile.encoded(), replacing: project.lockfilePath)
        // Resolving takes a while, and a person with an editor asks nobody for a lock.
        guard try Files.read(project.manifestPath) == project.manifestText else {
            throw ClientError(
                .input, "\(project.manifestPath) was changed by somebody else meanwhile",
                causes: ["nothing was written, so that no change is lost"], hint: "run the command again",
                reason: "changed")
        }
        try manifest.place()
        try lockfile.place()
        return outcome
    }

    private func newest(_ name: PackageName, for project: Project) async throws(ClientError) -> Requirement {
        do {
            let locking = try Locking(project, session)
            let source = try locking.indexes().source(of: name)
            let index = try await source.index(of: name)
            await locking.registries.keep()
            guard let index else {
                let similar = await source.similarNames(to: name).first { $0.identity == name.identity }
                throw ClientError(
                    .input, "there is no package `\(name)` in \(source.address)",
                    hint: similar.map { "did you mean `\($0)`?" } ?? "look for it with `vais search`",
                    reason: "package_not_found")
            }
            let usable = index.releases.filter { !$0.isYanked }.map(\.version)
            let full = usable.filter { !$0.isPrerelease }
            guard let version = (full.isEmpty ? usable : full).max() else {
                throw ClientError(
                    .input, "every release of `\(name)` has been yanked",
                    hint: "ask its owners for a new release, or use another package", reason: "yanked")
            }
            var text = "^\(version.major).\(version.minor).\(version.patch)"
            if version.isPrerelease { text += "-" + version.prerelease.map(\.description).joined(separator: ".") }
            return try Requirement(parsing: text)
        } catch {
            throw ClientError(error)
        }
    }
}
