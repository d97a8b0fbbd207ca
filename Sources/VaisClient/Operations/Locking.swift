package import VaisModel
internal import VaisProtocol
package import VaisResolver

/// Decides which releases a project uses, and keeps the decision in its lockfile.
package struct Locking: Sendable {
    let project: Project
    let session: Session
    let paths: PathDependencies
    package let registries: ProjectRegistries

    package init(_ project: Project, _ session: Session) throws(ClientError) {
        self.project = project
        self.session = session
        paths = try PathDependencies(of: project)
        registries = ProjectRegistries(project.manifest, session)
    }

    /// A decision and how it differs from the one before.
    package struct Outcome: Sendable {
        package var lockfile: Lockfile
        /// The bytes that say it: those that were read, or those to be written.
        var text: [UInt8]
        package var changes: [Change]
        /// Releases that are locked and have been yanked since, where the registry was asked.
        package var yanked: [ReleaseID]
        /// Whether anything had to be resolved.
        package var didResolve: Bool
    }

    package struct Change: Sendable, Hashable {
        package var name: PackageName
        /// Nil when the package is new.
        package var before: Version?
        /// Nil when it is no longer used.
        package var after: Version?
    }

    /// What a lockfile of this project must answer: what its manifest and those in the folders it takes packages from ask of registries.
    package var requirements: [LockedRequirement] {
        let optional = Set(project.manifest.dependencies.filter(\.optional).map(\.name))
        return project.manifest.lockedRequirements.filter {
            paths.folders[$0.name] == nil && !optional.contains($0.name)
        }
            + paths.requirements.map {
                LockedRequirement(
                    name: $0.name, requirement: $0.requirement, registry: $0.registry ?? RegistryName.default)
            }
    }

    /// Everything but the lockfile that decides what is installed, in one text: two that are equal say the same.
    var basis: [UInt8] {
        var fields = FieldWriter()
        for requirement in requirements.sorted() {
            fields.append(requirement.kind.rawValue.utf8)
            fields.append(requirement.description.utf8)
        }
        for (name, folder) in paths.folders.sorted(by: { $0.key < $1.key }) {
            fields.append(name.text.utf8)
            fields.append(folder.utf8)
        }
        return fields.bytes
    }

    /// The lockfile as it should be. Without `updating`, one that answers the manifest's requirements is taken as it is, and nothing is
    /// asked of anybody. Writes nothing.
    package func lock(updating: LockPreference.Updating = .nothing) async throws(ClientError) -> Outcome {
        try await lock(project.readLockfileText(), updating: updating)
    }

    /// As above, where the bytes of the present lockfile have been read already; nil when there is none.
    func lock(_ text: [UInt8]?, updating: LockPreference.Updating) async throws(ClientError) -> Outcome {
        let old = try heal(text, ignoringDamage: updating == .everything)
        if updating == .nothing, let settled = try settled(old, text) { return settled }
        if case .only(let names) = updating { try refuseUnknown(names, old?.lockfile) }
        return try await resolve(old?.lockfile, updating: updating)
    }

    /// As `lock`, for a caller that will write the outcome. Where there is something to decide, the right to change the project is taken
    /// first, and kept for as long as the result is; the manifest and the lockfile are read again then, since whoever had the right before may
    /// have changed both. Where there is nothing to decide there will be nothing to write. Whoever changes the
    /// links as well takes the right in any case.
    ///
    /// - Parameter isStrict: Whether a lockfile that says the right thing in another form than the canonical one is to be written, too.
    package func lockToWrite(
        updating: LockPreference.Updating, isStrict: Bool = false
    ) async throws(ClientError) -> Decision {
        let text = try project.readLockfileText()
        if updating == .nothing, let settled = try settled(heal(text, ignoringDamage: false), text) {
            let isMisshapen = isStrict && settled.text != settled.lockfile.encoded()
            if !isMisshapen { return Decision(locking: self, outcome: settled, right: nil) }
        }
        let right = try await project.lockForChange(session.events)
        let current = try Locking(try Project(folder: project.folder), session)
        var outcome = try await current.lock(updating: updating)
        if isStrict { outcome.text = outcome.lockfile.encoded() }
        return Decision(locking: current, outcome: outcome, right: right)
    }

    /// An outcome together with the right to write it.
    package struct Decision: Sendable {
        let locking: Locking
        package let outcome: Outcome
        private let right: ProcessLock?

        init(locking: Locking, outcome: Outcome, right: ProcessLock?) {
            self.locking = locking
            self.outcome = outcome
            self.right = right
        }

        /// Writes the lockfile unless it says the same already. True when it was written.
        @discardableResult
        package func write() throws(ClientError) -> Bool {
            guard right != nil else { return false }
            return try locking.project.writeLockfile(outcome.text)
        }
    }

    /// What a lockfile says that answers the requirements; nil when something has to be resolved.
    private func settled(_ old: HealedLockfile?, _ text: [UInt8]?) throws(ClientError) -> Outcome? {
        guard let old, let text, !old.hadMarkers, old.lockfile.isFresh(for: requirements) else { return nil }
        try refuseMovedPackages(old.lockfile)
        return Outcome(lockfile: old.lockfile, text: text, changes: [], yanked: [], didResolve: false)
    }

    /// A package comes from the one registry that its requirement names; a lockfile that says otherwise was edited.
    func refuseMovedPackages(_ lockfile: Lockfile) throws(ClientError) {
        // Most projects know one registry only.
        if lockfile.requirements.allSatisfy({ $0.registry == RegistryName.default }),
            lockfile.packages.allSatisfy({ $0.registry == RegistryName.default })
        {
            return
        }
        var expected: [PackageName: String] = [:]
        for requirement in lockfile.requirements { expected[requirement.name] = requirement.registry }
        // What a package needs comes from where the package itself does.
        var pending = Array(expected.keys)
        while let name = pending.popLast() {
            for dependency in lockfile[name]?.dependencies ?? [] where expected[dependency] == nil {
                expected[dependency] = expected[name]
                pending.append(dependency)
            }
        }
        for package in lockfile.packages {
            let place = expected.isEmpty ? RegistryName.default : expected[package.name] ?? RegistryName.default
            if package.registry == place { continue }
            throw ClientError(
                .integrity, "vais.lock takes \(package.release) from the registry `\(package.registry)`",
                causes: ["vais.toml takes it from `\(place)`"],
                hint: "restore vais.lock from version control, or run `vais lock --update` to make it anew",
                reason: "registry")
        }
    }

    private func refuseUnknown(_ names: Set<PackageName>, _ lockfile: Lockfile?) throws(ClientError) {
        guard let name = names.sorted().first(where: { lockfile?[$0] == nil }) else { return }
        let similar = Suggestion.nearest(to: name.text, among: lockfile?.packages.map(\.name.text) ?? [])
        throw ClientError(
            .input, "`\(name)` is not among the locked packages",
            hint: similar.map { "did you mean `\($0)`?" } ?? "`vais tree` shows what is locked", reason: "not_found")
    }

    /// `update` of everything remakes a lockfile that cannot be read, unless it is of a newer program, or what proves its archives is
    /// missing: that must be looked at.
    private func heal(_ text: [UInt8]?, ignoringDamage: Bool) throws(ClientError) -> HealedLockfile? {
        guard let text else { return nil }
        do throws(ClientError) {
            return try project.healedLockfile(text)
        } catch {
            let mayRemake =
                error.reason == ModelError.Code.lockfile.rawValue || error.reason == ModelError.Code.conflict.rawValue
            guard ignoringDamage, mayRemake else { throw error }
            session.events.warning("\(error.message); it is made anew")
            return nil
        }
    }

    private func resolve(_ old: Lockfile?, updating: LockPreference.Updating) async throws(ClientError) -> Outcome {
        let locked = Dictionary(
            (old?.packages ?? []).map { ($0.name, $0.version) }, uniquingKeysWith: { first, _ in first })
        let outcome: Outcome
        do {
            let packages = try indexes()
            let resolution = try await VaisResolver.resolve(
                root: try root(), source: packages, locked: locked, updating: updating)
            outcome = try await self.outcome(resolution, packages, old)
        } catch {
            await registries.keep()
            throw ClientError(error)
        }
        await registries.keep()
        return outcome
    }

    private func root() throws(ModelError) -> RootRequirements {
        let manifest = project.manifest
        let identity = manifest.name.flatMap { name in manifest.version.map { ReleaseID(name: name, version: $0) } }
        var entries: [RootRequirements.Entry] = []
        for dependency in manifest.dependencies where !dependency.optional {
            entries.append(
                RootRequirements.Entry(
                    dependency.name, try paths.requirement(of: dependency), isDevelopment: dependency.kind == .dev))
        }
        return RootRequirements(project: identity, entries)
    }

    /// What the resolver chooses from.
    func indexes() throws(ClientError) -> IndexPackages {
        try IndexPackages(registries, paths: paths, manifest: project.manifest)
    }

    private func outcome(_ resolution: Resolution, _ packages: IndexPackages, _ old: Lockfile?) async throws -> Outcome
    {
        var locked: [LockedPackage] = []
        var yanked: [ReleaseID] = []
        for package in resolution.packages where paths.folders[package.name] == nil {
            let index = try await packages.source(of: package.name).index(of: package.name)
            guard let release = index?.releases.first(where: { $0.version == package.version }) else {
                throw ClientError(.fault, "\(package.name)@\(package.version) was chosen and is not in its index")
            }
            // Also where another version is chosen now: an update must not hide that the past was rewritten.
            if let before = old?[package.name], before.registry == packages.registry(of: package.name),
                let same = index?.releases.first(where: { $0.version == before.version }),
                same.checksum != before.checksum
            {
                throw ClientError.changed(before, registrySays: same.checksum)
            }
            if release.isYanked { yanked.append(ReleaseID(name: package.name, version: package.version)) }
            locked.append(
                LockedPackage(
                    name: package.name, version: package.version, registry: packages.registry(of: package.name),
                    checksum: release.checksum, size: release.size,
                    published: release.published.microseconds == 0 ? nil : release.published,
                    dependencies: package.dependencies.filter { paths.folders[$0] == nil }))
        }
        let lockfile = Lockfile(requirements: requirements, packages: locked)
        return Outcome(
            lockfile: lockfile, text: lockfile.encoded(), changes: Self.changes(old, lockfile), yanked: yanked,
            didResolve: true)
    }

    static func changes(_ old: Lockfile?, _ new: Lockfile) -> [Change] {
        var changes: [Change] = []
        for package in new.packages {
            let before = old?[package.name]?.version
            if before != package.version {
                changes.append(Change(name: package.name, before: before, after: package.version))
            }
        }
        for package in old?.packages ?? [] where new[package.name] == nil {
            changes.append(Change(name: package.name, before: package.version, after: nil))
        }
        return changes.sorted { $0.name < $1.name }
    }
}
