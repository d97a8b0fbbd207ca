internal import VaisHost
internal import VaisModel
internal import VaisProtocol

/// One release as it is stored, without its README.
struct ReleaseRecord {
    var version: Version
    var checksum: Checksum
    var size: UInt64
    var published: Timestamp
    var serial: UInt64
    var downloads: UInt64
    var isYanked: Bool
    var yankSerial: UInt64?
    var yankReason: String?
    var yankMessage: String?
    /// The stamp with which it was read, for a guard.
    var stamp: Int64

    static let listed = [
        Releases.version, Releases.checksum, Releases.size, Releases.published, Releases.serial, Releases.downloads,
        Releases.yanked, Releases.yankSerial, Releases.yankReason, Releases.yankMessage, Column.version,
    ]

    /// From a row of `listed`.
    init(_ row: Row) throws(StorageError) {
        version = try parsed(try row.text(0), Version.init(parsing:))
        let bytes = try row.bytes(1)
        do throws(ModelError) {
            checksum = try Checksum(bytes: bytes)
        } catch {
            throw StorageError(.corrupt, "the store holds a checksum of \(bytes.count) bytes")
        }
        size = UInt64(clamping: try row.integer(2))
        published = Timestamp(microseconds: try row.time(3))
        serial = UInt64(clamping: try row.integer(4))
        downloads = UInt64(clamping: try row.integer(5))
        isYanked = try row.bool(6)
        yankSerial = row[7] == .null ? nil : UInt64(clamping: try row.integer(7))
        yankReason = try row.optionalText(8)
        yankMessage = try row.optionalText(9)
        stamp = try row.integer(10)
    }
}

/// The highest release that a search or a page shows: full releases before prereleases.
func latestVersion(_ versions: some Sequence<Version>) -> Version? {
    var best: Version?
    for version in versions {
        guard let known = best else {
            best = version
            continue
        }
        if known.isPrerelease != version.isPrerelease {
            if known.isPrerelease { best = version }
        } else if known.precedes(version) {
            best = version
        }
    }
    return best
}
