/// The rule that a package is laid out from the archive's root: `vais.toml` lies there, without a folder around it.
struct ManifestRule {
    private var hasManifest = false
    /// Folders at the root that hold a manifest of their own.
    private var nested = 0

    /// Notes one file. Throws `.tooLarge` for a manifest beyond the limit.
    mutating func see(_ entry: ArchiveEntry, limits: ArchiveLimits) throws(ArchiveError) {
        guard entry.depth <= 2, entry.path[entry.nameOffset...].elementsEqual(EntryPath.manifest) else { return }
        guard entry.depth == 1 else {
            nested += 1
            return
        }
        guard entry.size <= limits.manifestBytes else {
            throw ArchiveError(.tooLarge, "the manifest is larger than \(limits.manifestBytes) bytes")
        }
        hasManifest = true
    }

    /// Throws `.root` for several packages side by side, else `.manifestMissing`.
    func finish() throws(ArchiveError) {
        guard !hasManifest else { return }
        guard nested < 2 else {
            throw ArchiveError(
                .root, "the archive holds several packages, each in a folder of its own",
                hint: "an archive holds one package, with vais.toml at its root")
        }
        throw ArchiveError(
            .manifestMissing,
            nested == 0 ? "the archive has no vais.toml" : "vais.toml does not lie at the root of the archive",
            hint: "pack the contents of the package's folder, not the folder")
    }
}
