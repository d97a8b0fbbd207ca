internal import Glibc
package import VaisModel
package import VaisResolver

/// Brings what a project has installed in line with its lockfile, and its lockfile in line with its manifest.
package struct Installing: Sendable {
    package struct Options: Sendable {
        /// Fail when the lockfile is missing or stale, and never write it.
        package var isLocked = false
        package var updating = LockPreference.Updating.nothing

        package init() {}
    }

    package struct Report: Sendable {
        package var lockfile: Lockfile
        package var changes: [Locking.Change]
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

    package func install(_ options: Options = Options()) async throws(ClientError) -> Report {
        let locking = try Locking(project, session)
        let outcome = try await lock(locking, options)
        let lockfile = outcome.lockfile
        var folders: [String: RegistryFolder] = [:]
        var addresses: [String: RegistryAddress] = [:]
        for registry in Set(lockfile.packages.map(\.registry)) {
            guard let address = try locking.address(of: registry) else {
                throw ClientError(
                    .input, "vais.lock names the registry `\(registry)`, which nobody has defined",
                    hint: "add `[registries.\(registry)]` with its `url` to vais.toml")
            }
            addresses[registry] = address
            folders[registry] = session.folder(of: address)
        }
        let expected = InstalledState.expected(lockfile, locking.paths, folders: folders)
        let names = lockfile.packages.map(\.name) + locking.paths.folders.keys
        var report = Report(lockfile: lockfile, changes: outcome.changes)
        if !InstalledState.isCurrent(expected, project, names: names) {
            let store = PackageStore(session, addresses: addresses, folders: folders)
            let fetched = try await store.ensure(lockfile.packages)
            report.downloaded = fetched.downloaded
            report.downloadedBytes = fetched.bytes
            try link(lockfile, locking.paths, folders, &report)
            try Files.write(expected, to: project.statePath, durable: false)
        }
        for release in outcome.yanked { session.events.warning("\(release) is locked and has been yanked") }
        if outcome.didResolve, !options.isLocked { try project.write(lockfile) }
        return report
    }

    private func lock(_ locking: Locking, _ options: Options) async throws(ClientError) -> Locking.Outcome {
        guard options.isLocked else { return try await locking.lock(updating: options.updating) }
        guard let lockfile = try project.readLockfile() else {
            throw ClientError(
                .difference, "there is no vais.lock, and --locked forbids to make one", hint: "run `vais lock`")
        }
        guard lockfile.isFresh(for: locking.requirements) else {
            throw ClientError(
                .difference, "vais.lock does not answer vais.toml, and --locked forbids to change it",
                hint: "run `vais lock`",
                reason: "stale_lock")
        }
        return Locking.Outcome(lockfile: lockfile, changes: [], yanked: [], didResolve: false)
    }

    /// Makes `.vais/packages` hold exactly one link per package.
    private func link(
        _ lockfile: Lockfile, _ paths: PathDependencies, _ folders: [String: RegistryFolder], _ report: inout Report
    ) throws(ClientError) {
        var targets: [String: String] = [:]
        for package in lockfile.packages {
            targets[package.name.text] = folders[package.registry]?.release(package.release).extracted
        }
        for (name, folder) in paths.folders { targets[name.text] = folder }
        try Files.makeFolder(project.packagesFolder)
        for name in Files.list(project.packagesFolder) where targets[name] == nil {
            let path = project.packagesFolder + "/" + name
            // Only links are ours; whatever else a user has put there stays.
            if Files.linkTarget(path) != nil {
                Files.remove(path)
                report.removed += 1
            }
        }
        for (name, target) in targets {
            let path = project.packagesFolder + "/" + name
            if Files.linkTarget(path) == target { continue }
            try Files.link(path, to: target)
            report.linked += 1
        }
    }
}
