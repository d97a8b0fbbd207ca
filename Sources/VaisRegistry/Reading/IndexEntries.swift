package import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// The package in the original index's form.
    package func indexEntry(_ name: PackageName) async throws(Problem) -> IndexEntry {
        let package = try await package(name)
        return try await storing { () throws(StorageError) in try await indexEntries(of: [package])[0] }
    }

    /// Every package in the original index's form, by name, a page at a time; the last page says so by nil. What belongs to the packages
    /// of a page is read together.
    package func indexEntries(after position: Position?) async throws(Problem) -> (
        entries: [IndexEntry], next: Position?
    ) {
        try await storing { () throws(StorageError) in
            let page = try await records.scan(shapes.packagesByName(), after: position, limit: 200)
            let packages = try page.rows.map { row throws(StorageError) in try PackageRecord(row) }
            return (try await indexEntries(of: packages), page.next)
        }
    }

    /// - Parameter packages: all there are from the first name to the last, in order.
    private func indexEntries(of packages: [PackageRecord]) async throws(StorageError) -> [IndexEntry] {
        guard let first = packages.first, let last = packages.last else { return [] }
        let range = (Value.text(first.name.text), Value.text(last.name.text))
        var releases: [String: [ReleaseRecord]] = [:]
        for row in try await records.scanAll(shapes.releasesOfPackages(range.0, range.1), pageSize: 1000) {
            releases[try row.text(ReleaseRecord.listed.count), default: []].append(try ReleaseRecord(row))
        }
        var dependencies: [String: [String: [ReleaseDependency]]] = [:]
        for row in try await records.scanAll(shapes.dependenciesOfPackages(range.0, range.1), pageSize: 2000) {
            dependencies[try row.text(0), default: [:]][try row.text(1), default: []].append(
                try DependencyRecord.read(row))
        }
        let owners = try await ownerNames(range.0, range.1)
        return packages.map { package in
            let known = dependencies[package.name.text] ?? [:]
            let versions = (releases[package.name.text] ?? []).reversed().map { release in
                IndexVersionEntry(
                    version: release.version, checksum: release.checksum, size: release.size, yanked: release.isYanked,
                    dependencies: (known[release.version.description] ?? []).filter { $0.kind == .normal })
            }
            return IndexEntry(
                name: package.name, versions: versions, description: package.description,
                authors: owners[package.name.text] ?? [], homepage: package.homepage, repository: package.repository,
                license: package.license, keywords: package.keywords)
        }
    }

    /// The user names of the owners of each package from one name to another, in the order in which they came.
    private func ownerNames(_ first: Value, _ last: Value) async throws(StorageError) -> [String: [String]] {
        var owners: [String: [(since: Int64, id: String)]] = [:]
        for row in try await records.scanAll(shapes.ownersOfPackages(first, last), pageSize: 2000) {
            owners[try row.text(0), default: []].append((try row.time(3), try row.text(1)))
        }
        let ids = Set(owners.values.joined().map(\.id)).sorted()
        var names: [String: String] = [:]
        for (id, row) in zip(ids, try await records.get(ids.map { shapes.userByID(.text($0)) })) {
            names[id] = try row?.text(1)
        }
        return owners.mapValues { list in list.sorted { $0 < $1 }.compactMap { names[$0.id] } }
    }
}
