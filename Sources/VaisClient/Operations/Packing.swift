package import VaisArchive
internal import VaisHost
package import VaisModel

/// A package folder packed into an archive that lies in a file.
package struct PackedPackage: Sendable {
    package let release: ReleaseID
    package let manifest: Manifest
    package let path: String
    package let checksum: Checksum
    /// Of the archive, in bytes.
    package let size: UInt64
    package let files: [FileSelection.Entry]
    package let warnings: [String]

    /// Packs what belongs to the package in `project` into a file at `path`, replacing one that is there. A workspace's member is packed
    /// with a manifest that stands alone. Throws when the package could not be published as it is.
    package init(_ project: Project, to path: String, session: Session) throws(ClientError) {
        do {
            let manifest = project.manifest
            release = try manifest.validateForPublishing()
            self.manifest = manifest
            let replacement = try project.publishedManifest()
            let earlier = Self.earlierArchives(of: release.name, path, in: project.folder)
            var selection = try FileSelection(
                folder: project.folder, include: manifest.include, exclude: manifest.exclude + earlier)
            if let replacement { selection = selection.packing(manifest: replacement) }
            files = selection.files
            let digest = try session.digester.get().sha256()
            let file = try StagedFile(for: path, durable: false)
            var size: UInt64 = 0
            let packed = try ArchivePacker.pack(selection) { piece in
                size += UInt64(piece.count)
                try digest.update(piece)
                try file.append(piece)
            }
            // The manifest that was checked must be the one that is in the archive.
            guard packed.manifest == replacement ?? project.manifestText else {
                throw ClientError(.input, "vais.toml changed while it was packed", hint: "try again")
            }
            try file.finish()
            try file.place()
            self.path = path
            self.size = size
            checksum = try Checksum(bytes: try digest.finish())
            warnings = Self.doubts(manifest, files)
        } catch {
            throw ClientError(error)
        }
    }

    /// Patterns for what earlier runs have packed into the package's own folder: the default name of an archive, and the file that is to be
    /// replaced. With them the same files would give another archive each time.
    private static func earlierArchives(of name: PackageName, _ path: String, in folder: String) -> [String] {
        let target = Files.resolved(path)
        let root = Files.resolved(folder) ?? folder
        return Files.list(folder).filter { file in
            if root + "/" + file == target { return true }
            guard file.hasPrefix("\(name)-"), file.hasSuffix(".tar.gz") else { return false }
            let version = file.utf8.dropFirst(name.text.utf8.count + 1).dropLast(".tar.gz".utf8.count)
            return String(version).map { (try? Version(parsing: $0)) != nil } ?? false
        }.map { file in
            // What has a meaning in a pattern loses it.
            "/" + file.unicodeScalars.map { "\\*?[]!# ".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
        }
    }

    private static func doubts(_ manifest: Manifest, _ files: [FileSelection.Entry]) -> [String] {
        var warnings = manifest.warnings.map { "vais.toml:\($0.line): \($0.message)" }
        if manifest.description == nil {
            warnings.append("the package has no description, so nobody will find it by search")
        }
        if manifest.license == nil { warnings.append("the package has no license, so nobody may use it") }
        if let readme = manifest.readme, !files.contains(where: { $0.path == readme }) {
            warnings.append("the README `\(readme)` is not among the packed files")
        }
        return warnings
    }
}
