internal import Glibc
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

    /// Packs what belongs to the package in `project` into a file at `path`, replacing one that is there. Throws when the package could
    /// not be published as it is.
    package init(_ project: Project, to path: String, session: Session) throws(ClientError) {
        do {
            let manifest = project.manifest
            release = try manifest.validateForPublishing()
            self.manifest = manifest
            let selection = try FileSelection(
                folder: project.folder, include: manifest.include, exclude: manifest.exclude)
            files = selection.files
            let digest = try session.digester.get().sha256()
            let temporary = "\(path).\(getpid()).tmp"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { throw Files.failure("write", path) }
            var size: UInt64 = 0
            do {
                defer { close(descriptor) }
                let packed = try ArchivePacker.pack(selection) { piece in
                    size += UInt64(piece.count)
                    try digest.update(piece)
                    guard Files.writeAll(piece, to: descriptor) else { throw Files.failure("write", path) }
                }
                // The manifest that was checked must be the one that is in the archive.
                guard packed.manifest == project.manifestText else {
                    throw ClientError(.input, "vais.toml changed while it was packed", hint: "try again")
                }
            } catch {
                unlink(temporary)
                throw error
            }
            guard rename(temporary, path) == 0 else {
                let error = Files.failure("write", path)
                unlink(temporary)
                throw error
            }
            self.path = path
            self.size = size
            checksum = try Checksum(bytes: try digest.finish())
            warnings = Self.doubts(manifest, files)
        } catch {
            throw ClientError(error)
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
