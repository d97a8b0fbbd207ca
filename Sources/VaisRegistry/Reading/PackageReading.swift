package import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Everything about one package.
    package func info(_ name: PackageName) async throws(Problem) -> PackageInfo {
        let package = try await package(name)
        async let owners = owners(of: name)
        let versions = try await versions(of: name)
        let ownerNames: [String]
        do { ownerNames = try await owners } catch { throw error as? Problem ?? Problem(fault: error) }
        return PackageInfo(
            name: name, description: package.description, homepage: package.homepage, repository: package.repository,
            documentation: package.documentation, license: package.license, keywords: package.keywords,
            categories: package.categories, downloads: package.downloads, createdAt: package.created,
            updatedAt: package.updated, versions: versions, owners: ownerNames)
    }

    /// Everything about one release.
    package func info(_ name: PackageName, _ version: Version) async throws(Problem) -> ReleaseInfo {
        let release = try await release(name, version)
        let dependencies = try await storing { () throws(StorageError) in
            try await records.scanAll(
                shapes.dependenciesOfRelease(.text(name.text), .text(release.version.description))
            ).map(DependencyRecord.read)
        }
        return ReleaseInfo(name: name, release: VersionInfo(release, dependencies))
    }

    /// The bytes of a release, yanked or not. The caller closes the reader, and counts the download if it becomes one.
    package func archive(
        _ name: PackageName, _ version: Version
    ) async throws(Problem) -> (reader: any BlobReader, checksum: Checksum) {
        let release = try await release(name, version)
        let reader = try await storing { () throws(StorageError) in try await storage.blobs.reader(release.checksum) }
        guard let reader else {
            var problem = Problem.internalError
            problem.cause = "the archive \(release.checksum) of \(name)@\(version) is missing"
            throw problem
        }
        return (reader, release.checksum)
    }

    /// Counts a download of a release that exists. Costs no write of its own.
    package func countDownload(of release: ReleaseID) { downloads.count(release) }

    /// Writes the downloads that are still only counted, and gives how many could not be written.
    @discardableResult
    package func flushDownloads() async -> Int64 { await downloads.flush() }

    /// Throws when there is no such package.
    package func requirePackage(_ name: PackageName) async throws(Problem) { _ = try await package(name) }

    /// The text of a release's README, if it has one.
    package func readme(_ name: PackageName, _ version: Version) async throws(Problem) -> String? {
        let row = try await storing { () throws(StorageError) in
            try await records.get(shapes.readme(.text(name.text), .text(version.description)))
        }
        guard let row else { throw .versionNotFound(name.text, version.description) }
        return try await storing { () throws(StorageError) in try row.optionalText(0) }
    }

    /// The package as stored; a name that exists in the other spelling is named in the hint.
    func package(_ name: PackageName) async throws(Problem) -> PackageRecord {
        let row = try await storing { () throws(StorageError) in
            try await records.get(shapes.packageByIdentity(.text(name.identity)))
        }
        guard let row else { throw .packageNotFound(name.text) }
        let package = try await storing { () throws(StorageError) in try PackageRecord(row) }
        guard package.name == name else {
            throw .packageNotFound(name.text, hint: "did you mean `\(package.name)`?")
        }
        return package
    }

    func release(_ name: PackageName, _ version: Version) async throws(Problem) -> ReleaseRecord {
        let row = try await storing { () throws(StorageError) in
            try await records.get(shapes.release(.text(name.text), .text(version.description)))
        }
        guard let row else {
            _ = try await package(name)
            throw .versionNotFound(name.text, version.description)
        }
        return try await storing { () throws(StorageError) in try ReleaseRecord(row) }
    }

    /// All releases in the order in which they were published.
    func releases(of name: PackageName) async throws(Problem) -> [ReleaseRecord] {
        try await storing { () throws(StorageError) in
            try await records.scanAll(shapes.releasesOfPackage(.text(name.text)))
                .map { row throws(StorageError) in try ReleaseRecord(row) }
        }
    }

    /// The dependencies of every release of a package, by version.
    func dependencies(of name: PackageName) async throws(Problem) -> [String: [ReleaseDependency]] {
        try await storing { () throws(StorageError) in
            var result: [String: [ReleaseDependency]] = [:]
            for row in try await records.scanAll(shapes.dependenciesOfPackage(.text(name.text)), pageSize: 2000) {
                result[try row.text(1), default: []].append(try DependencyRecord.read(row))
            }
            return result
        }
    }

    /// Newest published first.
    private func versions(of name: PackageName) async throws(Problem) -> [VersionInfo] {
        let dependencies = try await dependencies(of: name)
        return try await releases(of: name).reversed().map {
            VersionInfo($0, dependencies[$0.version.description] ?? [])
        }
    }
}

extension VersionInfo {
    init(_ release: ReleaseRecord, _ dependencies: [ReleaseDependency]) {
        self.init(
            version: release.version, checksum: release.checksum, size: release.size, yanked: release.isYanked,
            downloads: release.downloads, createdAt: release.published, dependencies: dependencies)
    }
}
