package import VaisModel
internal import VaisProtocol
package import VaisResolver

/// Decides which releases a project uses, and keeps the decision in its lockfile.
package struct Locking: Sendable {
    let project: Project
    let session: Session
    let paths: PathDependencies

    package init(_ project: Project, _ session: Session) throws(ClientError) {
        self.project = project
        self.session = session
        paths = try PathDependencies(of: project)
    }

    /// What a lockfile of this project must answer.
    package var requirements: [LockedRequirement] {
        project.manifest.lockedRequirements
            + paths.requirements.map {
                LockedRequirement(name: $0.name, requirement: $0.requirement, registry: $0.registry ?? "default")
            }
    }

    /// A decision and how it differs from the one before.
    package struct Outcome: Sendable {
        package var lockfile: Lockfile
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

    /// The lockfile as it should be. Without `updating`, one that answers the manifest's requirements is taken as it is, and nothing is
    /// asked of anybody. Writes nothing.
    package func lock(updating: LockPreference.Updating = .nothing) async throws(ClientError) -> Outcome {
        let old = try readForHealing(ignoringDamage: updating == .everything)
        if let old, !old.hadMarkers, updating == .nothing, old.lockfile.isFresh(for: requirements) {
            return Outcome(lockfile: old.lockfile, changes: [], yanked: [], didResolve: false)
        }
        return try await resolve(old?.lockfile, updating: updating)
    }

    /// `update` of everything remakes a lockfile that cannot be read, unless it is of a newer program, or what proves its archives is
    /// missing: that must be looked at.
    private func readForHealing(ignoringDamage: Bool) throws(ClientError) -> HealedLockfile? {
        do throws(ClientError) {
            return try project.readHealingLockfile()
        } catch {
            let mayRemake =
                error.reason == ModelError.Code.lockfile.rawValue || error.reason == ModelError.Code.conflict.rawValue
            guard ignoringDamage, mayRemake else { throw error }
            session.events.warning("\(error.message); it is made anew")
            return nil
        }
    }

    private func resolve(_ old: Lockfile?, updating: LockPreference.Updating) async throws(ClientError) -> Outcome {
        let packages = try indexes()
        let locked = Dictionary(
            (old?.packages ?? []).map { ($0.name, $0.version) }, uniquingKeysWith: { first, _ in first })
        do {
            let resolution = try await VaisResolver.resolve(
                root: root(), source: packages, locked: locked, updating: updating)
            let outcome = try await outcome(resolution, packages, old)
            await packages.keep()
            return outcome
        } catch {
            await packages.keep()
            throw ClientError(error)
        }
    }

    private func root() -> RootRequirements {
        let identity = project.manifest.name.flatMap { name in
            project.manifest.version.map { ReleaseID(name: name, version: $0) }
        }
        let direct = project.manifest.dependencies.filter { $0.path == nil && !$0.optional }
        return RootRequirements(
            project: identity,
            direct.map { RootRequirements.Entry($0.name, $0.requirement, isDevelopment: $0.kind == .dev) }
                + paths.requirements.filter { !$0.optional }.map { RootRequirements.Entry($0.name, $0.requirement) })
    }

    /// The project's registries by logical name, each opened.
    func indexes() throws(ClientError) -> IndexPackages {
        var registries: [PackageName: String] = [:]
        for dependency in project.manifest.dependencies + paths.requirements {
            if let registry = dependency.registry { registries[dependency.name] = registry }
        }
        var sources: [String: any RegistrySource] = [:]
        for name in Set(registries.values).union(["default"]) {
            guard let address = try address(of: name) else { continue }
            sources[name] = try session.source(address, folder: session.folder(of: address))
        }
        return IndexPackages(sources, registries: registries)
    }

    /// Where a logical name leads; nil when nobody has defined it.
    package func address(of registry: String) throws(ClientError) -> RegistryAddress? {
        if registry == "default", session.overridesDefault { return session.defaultRegistry }
        if let url = project.manifest.registries[registry] { return try RegistryAddress(parsing: url) }
        return registry == "default" ? session.defaultRegistry : nil
    }

    private func outcome(_ resolution: Resolution, _ packages: IndexPackages, _ old: Lockfile?) async throws -> Outcome
    {
        var locked: [LockedPackage] = []
        var yanked: [ReleaseID] = []
        for package in resolution.packages {
            let index = try await packages.source(of: package.name).index(of: package.name)
            guard let release = index?.releases.first(where: { $0.version == package.version }) else {
                throw ClientError(.fault, "\(package.name)@\(package.version) was chosen and is not in its index")
            }
            if let before = old?[package.name], before.version == package.version, before.checksum != release.checksum {
                throw ClientError(
                    .integrity, "the checksum of \(before.release) has changed",
                    causes: ["vais.lock has \(before.checksum)", "the registry says \(release.checksum)"],
                    hint: "a release never changes: ask the registry's operator before you trust either",
                    reason: "checksum")
            }
            if release.isYanked { yanked.append(ReleaseID(name: package.name, version: package.version)) }
            locked.append(
                LockedPackage(
                    name: package.name, version: package.version, registry: packages.registry(of: package.name),
                    checksum: release.checksum, size: release.size,
                    published: release.published.microseconds == 0 ? nil : release.published,
                    dependencies: package.dependencies))
        }
        let lockfile = Lockfile(requirements: requirements, packages: locked)
        return Outcome(lockfile: lockfile, changes: Self.changes(old, lockfile), yanked: yanked, didResolve: true)
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

extension IndexPackages {
    /// Lets every registry write what it learned.
    func keep() async {
        for source in allSources { await source.keep() }
    }
}
