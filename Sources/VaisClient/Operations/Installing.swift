internal import VaisModel
package import VaisResolver

/// Brings what a project has installed in line with its lockfile, and its lockfile in line with its manifest.
///
///     lock ─▶ fill the cache ─▶ write vais.lock ─▶ replace the links ─▶ write the record
///
/// A failure, or an end of the process, before the third step changes nothing in the project; what was downloaded is kept. After it, the next
/// install goes on where this one was interrupted.
package struct Installing: Sendable {
    package struct Options: Sendable {
        /// Fail when the lockfile is missing or stale, and never write it.
        package var isLocked = false
        package var updating = LockPreference.Updating.nothing

        package init() {}
    }

    package struct Report: Sendable {
        /// How many packages the project uses.
        package var packages: Int
        package var changes: [Locking.Change] = []
        package var downloaded = 0
        package var downloadedBytes: UInt64 = 0
        /// Packages that were linked anew.
        package var linked = 0
        package var removed = 0
        package var isUpToDate: Bool { downloaded == 0 && linked == 0 && removed == 0 }
    }

    let project: Project
    let session: Session

    package init(_ project: Project, _ session: Session) {
        self.project = project
        self.session = session
    }

    /// What there is to report when everything that the project asks for is installed; nil when something is to be done. Loads no plugin and
    /// starts no thread.
    package func reportIfCurrent() throws(ClientError) -> Report? {
        try reportIfCurrent(Locking(project, session), project.readLockfileText())
    }

    package func install(_ options: Options = Options()) async throws(ClientError) -> Report {
        if options.updating == .nothing, let report = try reportIfCurrent() { return report }
        let right = try await project.lockForChange(session.events)
        // Whoever had the right before may have changed the manifest, the lockfile and the links.
        return try await Installing(Project(folder: project.folder), session).install(options, right)
    }

    private func reportIfCurrent(_ locking: Locking, _ text: [UInt8]?) throws(ClientError) -> Report? {
        guard let text else { return nil }
        let packages = InstalledRecord.packages(
            in: project, from: locking.basis, and: text, folder: locking.registries.folder)
        return packages.map { Report(packages: $0) }
    }

    /// Nobody else changes the lockfile until the links answer it.
    private func install(_ options: Options, _ right: ProcessLock) async throws(ClientError) -> Report {
        let locking = try Locking(project, session)
        let text = try project.readLockfileText()
        if options.updating == .nothing, let report = try reportIfCurrent(locking, text) { return report }
        let outcome = try await decide(locking, text, options)
        let lockfile = outcome.lockfile
        var report = Report(packages: lockfile.packages.count, changes: outcome.changes)
        var yanked = outcome.yanked
        let store = PackageStore(session, locking.registries)
        let missing = try store.missing(lockfile.packages)
        if outcome.didResolve {
            report.count(try await store.fill(missing))
        } else {
            // Nobody has asked the registry about these yet.
            let check = RegistryCheck(registries: locking.registries, session: session)
            (yanked, report) = try await whileFilling(store, missing, check, report)
            await locking.registries.keep()
        }
        for release in yanked { session.events.warning("\(release) is locked and has been yanked") }
        // A person with a text editor asks for no right: what was not decided anew is not written back.
        if outcome.text != text { try project.writeLockfile(outcome.text) }
        var folders: [String: RegistryFolder] = [:]
        for registry in Set(lockfile.packages.map(\.registry)) {
            folders[registry] = try locking.registries.folder(of: registry)
        }
        let record = InstalledRecord(outcome, basis: locking.basis, folders: folders)
        try link(lockfile, locking.paths, folders, record, right, &report)
        return report
    }

    private func decide(
        _ locking: Locking, _ text: [UInt8]?, _ options: Options
    ) async throws(ClientError) -> Locking.Outcome {
        guard options.isLocked else { return try await locking.lock(text, updating: options.updating) }
        guard let text else {
            throw ClientError(
                .difference, "there is no vais.lock, and --locked forbids to make one", hint: "run `vais lock`",
                reason: "stale_lock")
        }
        let lockfile = try project.lockfile(text)
        guard lockfile.isFresh(for: locking.requirements) else {
            throw ClientError(
                .difference, "vais.lock does not answer vais.toml, and --locked forbids to change it",
                hint: "run `vais lock`",
                reason: "stale_lock")
        }
        try locking.refuseMovedPackages(lockfile)
        return Locking.Outcome(lockfile: lockfile, text: text, changes: [], yanked: [], didResolve: false)
    }

    private func whileFilling(
        _ store: PackageStore, _ missing: [LockedPackage], _ check: RegistryCheck, _ report: Report
    ) async throws(ClientError) -> ([ReleaseID], Report) {
        var report = report
        do {
            async let yanked = check.yanked(among: missing)
            report.count(try await store.fill(missing))
            return (try await yanked, report)
        } catch {
            throw ClientError(error)
        }
    }

    /// Makes `.vais/packages` hold exactly one link per package, and records that it does before anybody else may change it.
    private func link(
        _ lockfile: Lockfile, _ paths: PathDependencies, _ folders: [String: RegistryFolder], _ record: InstalledRecord,
        _ right: ProcessLock, _ report: inout Report
    ) throws(ClientError) {
        var targets: [String: String] = [:]
        for package in lockfile.packages {
            targets[package.name.text] = folders[package.registry]?.release(package.release).extracted
        }
        for (name, folder) in paths.folders { targets[name.text] = folder }
        (report.linked, report.removed) = try PackageLinks(of: project, right).replace(with: targets)
        try record.write(to: project)
        withExtendedLifetime(right) {}
    }
}

extension Installing.Report {
    fileprivate mutating func count(_ fetched: PackageStore.Fetched) {
        downloaded = fetched.downloaded
        downloadedBytes = fetched.bytes
    }
}
