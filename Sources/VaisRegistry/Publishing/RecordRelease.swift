internal import VaisHost
internal import VaisModel
internal import VaisProtocol

extension Registry {
    /// What can be refused before the object is stored; the batch checks it again, where it counts.
    func checkMayPublish(_ candidate: PublishCandidate, _ caller: Caller) async throws(Problem) {
        _ = try await target(of: candidate, caller)
    }

    /// Makes the release visible: itself, its dependencies, what it says of its package, and the event, in one guarded batch. When
    /// another change of the same package comes first, looks again.
    func record(_ candidate: PublishCandidate, _ caller: Caller) async throws(Problem) {
        for _ in 0..<50 {
            let existing = try await target(of: candidate, caller)
            do throws(StorageError) {
                try await commit(candidate, caller, existing)
                return
            } catch {
                // Somebody published, yanked, or changed owners in between: what to do is decided anew from what is there now.
                guard error.code == .guardFailed || error.code == .exists else { throw Problem(error) }
            }
        }
        throw Problem(.overloaded, "The package is changing too fast", retryAfter: 1)
    }

    /// The package to publish to, nil for a new one. Throws when the release exists, the name is taken or the caller owns it not.
    private func target(of candidate: PublishCandidate, _ caller: Caller) async throws(Problem) -> PackageRecord? {
        let id = candidate.id
        let precedence = Self.precedence(of: id.version)
        let rows = try await storing { () throws(StorageError) in
            try await records.get([
                shapes.packageByIdentity(.text(id.name.identity)),
                shapes.releaseByPrecedence(.text(id.name.text), .text(precedence)),
                shapes.owner(.text(id.name.text), .text(caller.userID)),
            ])
        }
        guard let packageRow = rows[0] else { return nil }
        let package = try await storing { () throws(StorageError) in try PackageRecord(packageRow) }
        guard package.name == id.name else { throw .nameTaken(id.name, by: package.name) }
        guard rows[2] != nil || caller.overridesOwnership else { throw .notOwner(of: id.name) }
        if let row = rows[1] {
            let release = try await storing { () throws(StorageError) in try ReleaseRecord(row) }
            throw .versionExists(ReleaseID(name: id.name, version: release.version), checksum: release.checksum)
        }
        return package
    }

    private func commit(
        _ candidate: PublishCandidate, _ caller: Caller, _ existing: PackageRecord?
    ) async throws(StorageError) {
        let id = candidate.id
        let now = Timestamp.now()
        var package = existing ?? PackageRecord(name: id.name, manifest: candidate.manifest, created: now)
        let latest = latestVersion([package.latest, id.version].compactMap { $0 })
        // A release for an old line does not change what the package says of itself today.
        if latest == id.version { package.describe(by: candidate.manifest) }
        package.latest = latest
        package.updated = now

        var batch = Batch()
        batch.guards.append(
            shapes.requireReleaseAbsent(.text(id.name.text), .text(Self.precedence(of: id.version))))
        if let existing {
            batch.guards.append(shapes.requirePackageVersion(.text(id.name.text), .integer(existing.stamp)))
            if !caller.overridesOwnership {
                batch.guards.append(shapes.requireOwner(.text(id.name.text), .text(caller.userID)))
            }
            batch.operations.append(shapes.updatePackage(package.changedValues))
        } else {
            batch.guards.append(shapes.requireNameFree(.text(id.name.identity)))
            batch.guards.append(shapes.requireUser(.text(caller.userID)))
            batch.operations.append(shapes.insertPackage(package.allValues))
            batch.operations.append(
                shapes.insertOwner(
                    .text(id.name.text), .text(caller.userID), .text(caller.userID), .time(now.microseconds)))
        }
        batch.operations += try await listingChanges(existing, package)
        for dependency in candidate.manifest.dependencies {
            batch.operations.append(shapes.insertDependency(DependencyRecord.values(dependency, of: id)))
        }
        let base = batch
        let event = Event(
            kind: .publish, actor: caller.username, package: id.name, version: id.version,
            detail: candidate.checksum.hex)
        try await log.commit(event) { serial in
            var batch = base
            batch.operations.append(
                shapes.insertRelease(
                    .text(id.name.text), .text(id.version.description), .text(Self.precedence(of: id.version)),
                    .bytes(candidate.checksum.bytes), .integer(Int64(clamping: candidate.size)),
                    .time(now.microseconds),
                    .text(caller.userID), .integer(Int64(clamping: serial)), .integer(0), .bool(false), .null, .null,
                    .null, .text(candidate.readme), .bytes(candidate.manifestText)))
            return batch
        }
    }

    /// The version as far as it decides which release is which: without build metadata.
    static func precedence(of version: Version) -> String {
        String(decoding: version.description.utf8.prefix { $0 != UInt8(ascii: "+") }, as: UTF8.self)
    }
}
