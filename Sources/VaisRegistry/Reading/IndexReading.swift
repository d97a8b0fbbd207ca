internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// The package's index (JSON lines): its releases in the order in which they were published, then what has become of them.
    package func index(of name: PackageName) async throws(Problem) -> [UInt8] {
        // Read the package first: if it changes while its releases are read, the observer makes the caller ask again.
        _ = try await package(name)
        let releases = try await releases(of: name)
        let dependencies = try await dependencies(of: name)
        // The status stays after an unyank: without it the index would seem older than the one that a client has seen.
        let statuses = releases.compactMap { release in
            release.yankSerial.map { serial in
                IndexStatus(
                    release.isYanked
                        ? .yank(Yank(reason: release.yankReason, message: release.yankMessage)) : .unyank,
                    of: release.version, serial: serial)
            }
        }
        let entries = releases.map { release in
            IndexRelease(
                version: release.version, checksum: release.checksum, size: release.size,
                published: release.published, dependencies: dependencies[release.version.description] ?? [],
                serial: release.serial)
        }
        return IndexWriter(name: name, releases: entries, statuses: statuses).bytes
    }
}
