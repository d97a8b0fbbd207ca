internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Hides a release from new resolutions, or shows it again. Doing it twice is no error and no second event.
    package func setYanked(
        _ yanked: Bool, _ name: PackageName, _ version: Version, reason: Yank = Yank(), by caller: Caller
    ) async throws(Problem) {
        try caller.require(.yank)
        for _ in 0..<50 {
            let package = try await package(name)
            try await requireOwnership(of: name, caller)
            let releases = try await releases(of: name)
            guard let release = releases.first(where: { $0.version == version }) else {
                throw .versionNotFound(name.text, version.description)
            }
            if release.isYanked == yanked { return }
            let latest = latestVersion(
                releases.filter { $0.version == version ? !yanked : !$0.isYanked }.map(\.version))
            do throws(StorageError) {
                try await commitYank(yanked, package, release, reason, latest, caller)
                return
            } catch {
                guard error.code == .guardFailed else { throw Problem(error) }
            }
        }
        throw Problem(.overloaded, "The package is changing too fast", retryAfter: 1)
    }

    private func commitYank(
        _ yanked: Bool, _ package: PackageRecord, _ release: ReleaseRecord, _ reason: Yank, _ latest: Version?,
        _ caller: Caller
    ) async throws(StorageError) {
        var changed = package
        changed.latest = latest
        changed.updated = Timestamp.now()
        let key = (Value.text(package.name.text), Value.text(release.version.description))
        let event = Event(
            kind: yanked ? .yank : .unyank, actor: caller.username, package: package.name, version: release.version,
            detail: yanked ? reason.message : nil)
        try await log.commit(event) { serial in
            Batch(
                guards: [
                    shapes.requirePackageVersion(key.0, .integer(package.stamp)),
                    shapes.requireReleaseVersion(key.0, key.1, .integer(release.stamp)),
                ],
                operations: [
                    shapes.setYank(
                        key.0, key.1, .bool(yanked), .integer(Int64(clamping: serial)),
                        .text(yanked ? reason.reason : nil), .text(yanked ? reason.message : nil)),
                    shapes.updatePackage(changed.changedValues),
                ])
        }
    }
}
