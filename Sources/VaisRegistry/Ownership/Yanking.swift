internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Hides a release from new resolutions, or shows it again. Doing it twice is no error and no second event. What the package says
    /// of itself is from then on what its newest release says that is not yanked; when all are, it stays what it was.
    package func setYanked(
        _ yanked: Bool, _ name: PackageName, _ version: Version, reason: Yank = Yank(), by caller: Caller
    ) async throws(Problem) {
        try caller.require(.yank)
        for _ in 0..<50 {
            let package = try await package(name)
            try await requireOwnership(of: name, caller)
            let release = try await release(name, version)
            if release.isYanked == yanked { return }
            do throws(StorageError) {
                var changed = package
                changed.updated = Timestamp.now()
                changed.latest = try await latest(of: package, after: release, yanked)
                if let latest = changed.latest, latest != package.latest,
                    let manifest = try await manifest(name, latest)
                {
                    changed.describe(by: manifest)
                }
                try await commitYank(yanked, package, changed, release, reason, caller)
                return
            } catch {
                // Somebody changed the package, or used a label for the first time, in between.
                guard error.code == .guardFailed || error.code == .exists else { throw Problem(error) }
            }
        }
        throw Problem(.overloaded, "The package is changing too fast", retryAfter: 1)
    }

    /// What the package's highest release will be. Only yanking the highest needs a look at the others.
    private func latest(
        of package: PackageRecord, after release: ReleaseRecord, _ yanked: Bool
    ) async throws(StorageError) -> Version? {
        if !yanked { return latestVersion([package.latest, release.version].compactMap { $0 }) }
        guard package.latest == release.version else { return package.latest }
        let rows = try await records.scanAll(shapes.releasesOfPackage(.text(package.name.text)))
        return latestVersion(
            try rows.map { row throws(StorageError) in try ReleaseRecord(row) }
                .filter { !$0.isYanked && $0.version != release.version }.map(\.version))
    }

    /// The manifest of a release; nil when it was published before manifests were kept.
    private func manifest(_ name: PackageName, _ version: Version) async throws(StorageError) -> Manifest? {
        let row = try await records.get(shapes.releaseManifest(.text(name.text), .text(version.description)))
        guard let row, row[0] != .null else { return nil }
        let bytes = try row.bytes(0)
        do throws(ModelError) {
            return try Manifest(parsing: bytes, file: Manifest.fileName)
        } catch {
            throw StorageError(.corrupt, "the store holds an invalid manifest: \(error.message)")
        }
    }

    private func commitYank(
        _ yanked: Bool, _ package: PackageRecord, _ changed: PackageRecord, _ release: ReleaseRecord, _ reason: Yank,
        _ caller: Caller
    ) async throws(StorageError) {
        let key = (Value.text(package.name.text), Value.text(release.version.description))
        let event = Event(
            kind: yanked ? .yank : .unyank, actor: caller.username, package: package.name, version: release.version,
            detail: yanked ? reason.message : nil)
        let changes = try await [shapes.updatePackage(changed.changedValues)] + listingChanges(package, changed)
        try await log.commit(event) { serial in
            Batch(
                guards: [
                    shapes.requirePackageVersion(key.0, .integer(package.stamp)),
                    shapes.requireReleaseVersion(key.0, key.1, .integer(release.stamp)),
                ],
                operations: [
                    shapes.setYank(
                        key.0, key.1, .bool(yanked), .integer(Int64(clamping: serial)),
                        .text(yanked ? reason.reason : nil), .text(yanked ? reason.message : nil))
                ] + changes)
        }
    }
}
