package import VaisHost
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

    /// The package in the original index's form.
    package func indexEntry(_ name: PackageName) async throws(Problem) -> IndexEntry {
        try await indexEntry(of: try await package(name))
    }

    /// Every package in the original index's form, by name, a page at a time; the last page says so by nil.
    package func indexEntries(after position: Position?) async throws(Problem) -> (
        entries: [IndexEntry], next: Position?
    ) {
        let page = try await storing { () throws(StorageError) in
            try await records.scan(shapes.packagesByName(), after: position, limit: 200)
        }
        var entries: [IndexEntry] = []
        for row in page.rows {
            let package = try await storing { () throws(StorageError) in try PackageRecord(row) }
            entries.append(try await indexEntry(of: package))
        }
        return (entries, page.next)
    }

    private func indexEntry(of package: PackageRecord) async throws(Problem) -> IndexEntry {
        let dependencies = try await dependencies(of: package.name)
        let versions = try await releases(of: package.name).reversed().map { release in
            IndexVersionEntry(
                version: release.version, checksum: release.checksum, size: release.size, yanked: release.isYanked,
                dependencies: (dependencies[release.version.description] ?? []).filter { $0.kind == .normal })
        }
        return IndexEntry(
            name: package.name, versions: versions, description: package.description,
            authors: try await owners(of: package.name), homepage: package.homepage, repository: package.repository,
            license: package.license, keywords: package.keywords)
    }
}
