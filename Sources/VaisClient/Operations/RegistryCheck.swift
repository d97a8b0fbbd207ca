internal import VaisModel
internal import VaisProtocol

/// Compares locked packages, about which nothing was asked so far, with what their registries say of them.
struct RegistryCheck: Sendable {
    let registries: ProjectRegistries
    let session: Session

    /// Those that have been yanked. Throws when a registry knows another checksum, or has rewritten its past. A registry that does not
    /// answer is no error: the checksums in the lockfile are enough to install.
    func yanked(among packages: [LockedPackage]) async throws -> [ReleaseID] {
        try await withThrowingTaskGroup(of: ReleaseID?.self) { group in
            for package in packages { group.addTask { try await yankedRelease(package) } }
            var yanked: [ReleaseID] = []
            for try await release in group { if let release { yanked.append(release) } }
            return yanked.sorted()
        }
    }

    private func yankedRelease(_ package: LockedPackage) async throws -> ReleaseID? {
        do {
            let index = try await registries.source(of: package.registry).index(of: package.name)
            guard let release = index?.releases.first(where: { $0.version == package.version }) else { return nil }
            guard release.checksum == package.checksum else {
                throw ClientError.changed(package, registrySays: release.checksum)
            }
            return release.isYanked ? package.release : nil
        } catch {
            let known = ClientError(error)
            if known.code == .integrity { throw known }
            return nil
        }
    }
}

extension ClientError {
    static func changed(_ package: LockedPackage, registrySays checksum: Checksum) -> ClientError {
        ClientError(
            .integrity, "the checksum of \(package.release) has changed",
            causes: ["vais.lock has \(package.checksum)", "the registry says \(checksum)"],
            hint: "a release never changes: ask the registry's operator before you trust either", reason: "checksum")
    }
}
