import Glibc

/// The files of a folder that belong to its package, in the order in which they are packed.
package struct FileSelection: Sendable {
    package struct Entry: Sendable, Hashable {
        /// Below the package root, with `/` between components.
        package var path: String
        package var size: UInt64
        package var isExecutable: Bool
        /// A folder on the way to a file; packed without contents.
        package var isFolder: Bool
    }

    /// The package root.
    package let folder: String
    /// Folders and files, sorted by the bytes of their paths, so that a folder comes before what it holds.
    package private(set) var entries: [Entry]
    let limits: ArchiveLimits
    /// What is packed as `vais.toml` in place of what the file holds; nil for that.
    private(set) var manifest: [UInt8]?

    private static let manifestName = "vais.toml"

    /// The files alone; for `vais publish --list`.
    package var files: [Entry] { entries.filter { !$0.isFolder } }

    /// Looks through `folder`. `include` and `exclude` are the manifest's; `.vaisignore` at the root is read here.
    ///
    /// `vais.toml` is always in. Folders without a file to pack are out. Throws `.link` for a symbolic link that is not
    /// ignored, `.type` for a socket or the like, `.manifestMissing`, `.pattern`, `.io`, and every refusal that the
    /// reader would have for a path; so what has been selected can be unpacked everywhere.
    package init(
        folder: String, include: [String] = [], exclude: [String] = [], limits: ArchiveLimits = .standard
    ) throws(ArchiveError) {
        guard let root = SystemCall.retry({ open(folder, SystemCall.openFolder) }) else {
            throw .system("open the folder", folder)
        }
        defer { close(root) }
        let ignoreFile = try Self.readIgnoreFile(root)
        let rules = try IgnoreRules(include: include, exclude: exclude, ignoreFile: ignoreFile)
        var walk = FolderWalk(rules: rules, limits: limits)
        try walk.visit(root, path: [])
        guard walk.files.contains(where: { $0.path == Self.manifestName }) else {
            throw ArchiveError(
                .manifestMissing, "there is no vais.toml in \(EscapedPath.quote(folder))",
                hint: "run `vais init`, or name the package's folder")
        }
        self.folder = folder
        self.limits = limits
        entries = try Self.sorted(walk.files, limits: limits)
    }

    /// The same files with another manifest, which need not be on the disk.
    package func packing(manifest: [UInt8]) -> FileSelection {
        var selection = self
        selection.manifest = manifest
        for index in entries.indices where entries[index].path == Self.manifestName {
            selection.entries[index].size = UInt64(manifest.count)
        }
        return selection
    }

    /// What to pack for an entry if not what its file holds.
    func replacement(for entry: Entry) -> [UInt8]? { entry.path == Self.manifestName ? manifest : nil }

    /// Adds the folders on the way, sorts, and checks the paths as the reader will.
    private static func sorted(_ files: [Entry], limits: ArchiveLimits) throws(ArchiveError) -> [Entry] {
        var folders: Set<Substring> = []
        for file in files {
            var rest = Substring(file.path)
            while let slash = rest.utf8.lastIndex(of: EntryPath.slash) {
                rest = rest[..<slash]
                if !folders.insert(rest).inserted { break }
            }
        }
        var entries = files
        for folder in folders {
            entries.append(Entry(path: String(folder), size: 0, isExecutable: true, isFolder: true))
        }
        entries.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }

        let buffer = PathBuffer(capacity: limits.pathBytes)
        var names = EntryNames(limits: limits)
        for entry in entries {
            try setPath(buffer, entry.path)
            _ = try buffer.normalise(isFolder: entry.isFolder, limits: limits)
            let components = try names.check(buffer)
            _ = try names.enter(
                buffer, components, isFolder: entry.isFolder, size: entry.size, isExecutable: entry.isExecutable
            ) { _ throws(ArchiveError) in }
        }
        return entries
    }

    private static func setPath(_ buffer: PathBuffer, _ path: String) throws(ArchiveError) {
        var path = path
        var failure: ArchiveError?
        path.withUTF8 { bytes in
            do throws(ArchiveError) { try buffer.set(UnsafeRawBufferPointer(bytes)) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private static let mostIgnoreBytes = 1 << 20

    private static func readIgnoreFile(_ root: Int32) throws(ArchiveError) -> String {
        guard let file = SystemCall.retry({ openat(root, ".vaisignore", O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }) else {
            if errno == ENOENT { return "" }
            throw .system("open", ".vaisignore")
        }
        defer { close(file) }
        var count: Int?
        let bytes = [UInt8](unsafeUninitializedCapacity: mostIgnoreBytes) { buffer, filled in
            count = SystemCall.read(file, into: UnsafeMutableRawBufferPointer(buffer))
            filled = count ?? 0
        }
        guard let count else { throw .system("read", ".vaisignore") }
        guard count < mostIgnoreBytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw ArchiveError(.pattern, ".vaisignore is not UTF-8 text of less than 1 MiB")
        }
        return text
    }
}
