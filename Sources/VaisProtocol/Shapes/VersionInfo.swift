package import VaisModel

/// One release in a `PackageInfo`.
package struct VersionInfo: JSONShape, Equatable {
    package var version: Version
    package var checksum: Checksum
    /// The archive's size in bytes.
    package var size: UInt64
    package var yanked: Bool
    package var downloads: UInt64
    /// When the release was published.
    package var createdAt: Timestamp
    package var dependencies: [ReleaseDependency]

    package init(
        version: Version, checksum: Checksum, size: UInt64, yanked: Bool, downloads: UInt64, createdAt: Timestamp,
        dependencies: [ReleaseDependency]
    ) {
        self.version = version
        self.checksum = checksum
        self.size = size
        self.yanked = yanked
        self.downloads = downloads
        self.createdAt = createdAt
        self.dependencies = dependencies
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        version = try object.parsed("version", Version.init(parsing:))
        checksum = try object.parsed("checksum", Checksum.init(parsing:))
        size = try object.count("size")
        yanked = try object.bool("yanked", default: false)
        downloads = try object.optionalCount("downloads") ?? 0
        createdAt = try object.parsed("created_at", Timestamp.init(parsing:))
        dependencies = try object.list("dependencies", of: ReleaseDependency.init(json:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { encodeMembers(to: &$0) }
    }

    func encodeMembers(to writer: inout JSONWriter) {
        writer.member("version", version.description)
        writer.member("checksum", checksum.hex)
        writer.member("size", size)
        writer.member("yanked", yanked)
        writer.member("downloads", downloads)
        writer.member("created_at", createdAt.rfc3339)
        writer.member("dependencies", dependencies)
    }
}

/// One release by itself: the answer of `/packages/{name}/{version}` to a client that accepts JSON, which compares the
/// checksum with the one it computed before an upload.
package struct ReleaseInfo: JSONShape, Equatable {
    package var name: PackageName
    package var release: VersionInfo

    package init(name: PackageName, release: VersionInfo) {
        self.name = name
        self.release = release
    }

    package init(json: JSONValue) throws(ProtocolError) {
        name = try json.object().parsed("name", PackageName.init(parsing:))
        release = try VersionInfo(json: json)
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            release.encodeMembers(to: &writer)
        }
    }
}
