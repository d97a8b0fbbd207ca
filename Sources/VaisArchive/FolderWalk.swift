import Glibc

/// Walks a package's folder and collects what the rules let in.
struct FolderWalk {
    let rules: IgnoreRules
    let limits: ArchiveLimits
    private(set) var files: [FileSelection.Entry] = []

    init(rules: IgnoreRules, limits: ArchiveLimits) {
        self.rules = rules
        self.limits = limits
    }

    /// Collects the files below `folder`, which lies at `path`.
    mutating func visit(_ folder: Int32, path: [Substring]) throws(ArchiveError) {
        guard let entries = FolderListing.list(folder) else { throw .system("list the folder", Self.text(path)) }
        for entry in entries { try visit(entry, in: folder, path) }
    }

    private mutating func visit(
        _ entry: FolderListing.Entry, in folder: Int32, _ outer: [Substring]
    ) throws(ArchiveError) {
        // A name that is not text is spelled with replacement characters here: enough for the patterns to ignore it by.
        let path = outer + [Substring(decoding: entry.name, as: UTF8.self)]
        let name = entry.name.map { CChar(bitPattern: $0) } + [0]
        let type = try Self.type(entry, name, in: folder, path)
        if rules.isIgnored(path, isFolder: type == DT_DIR), !Self.isManifest(path) { return }
        guard String(validating: entry.name, as: UTF8.self) != nil else {
            throw ArchiveError(
                .encoding, "the name of \(EscapedPath.quote(Self.text(path))) is not UTF-8",
                hint: "rename it, or name it in .vaisignore")
        }
        switch type {
        case Int32(DT_DIR): try descend(name, in: folder, path)
        case Int32(DT_REG): if Self.isManifest(path) || rules.isIncluded(path) { try add(name, in: folder, path) }
        case Int32(DT_LNK):
            throw ArchiveError(
                .link, "\(EscapedPath.quote(Self.text(path))) is a symbolic link; packages hold files and folders only",
                hint: "put a copy in its place, or name it in .vaisignore")
        default:
            throw ArchiveError(
                .type, "\(EscapedPath.quote(Self.text(path))) is neither a file nor a folder",
                hint: "remove it, or name it in .vaisignore")
        }
    }

    private mutating func descend(_ name: [CChar], in folder: Int32, _ path: [Substring]) throws(ArchiveError) {
        guard path.count < limits.depth else {
            throw ArchiveError(
                .depth, "\(EscapedPath.quote(Self.text(path))) lies more than \(limits.depth) folders deep",
                hint: "move it up, or name it in .vaisignore")
        }
        guard let inner = SystemCall.retry({ openat(folder, name, SystemCall.openFolder | O_NOFOLLOW) }) else {
            throw .system("open the folder", Self.text(path))
        }
        defer { close(inner) }
        try visit(inner, path: path)
    }

    private mutating func add(_ name: [CChar], in folder: Int32, _ path: [Substring]) throws(ArchiveError) {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw .system("look at", Self.text(path))
        }
        files.append(
            FileSelection.Entry(
                path: Self.text(path), size: UInt64(max(0, status.st_size)),
                isExecutable: status.st_mode & S_IXUSR != 0, isFolder: false))
    }

    private static func type(
        _ entry: FolderListing.Entry, _ name: [CChar], in folder: Int32, _ path: [Substring]
    ) throws(ArchiveError) -> Int32 {
        guard entry.type == DT_UNKNOWN else { return entry.type }
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system("look at", text(path)) }
        return switch status.st_mode & S_IFMT {
        case S_IFDIR: Int32(DT_DIR)
        case S_IFREG: Int32(DT_REG)
        case S_IFLNK: Int32(DT_LNK)
        default: Int32(DT_FIFO)
        }
    }

    private static func isManifest(_ path: [Substring]) -> Bool { path == ["vais.toml"] }
    private static func text(_ path: [Substring]) -> String { path.joined(separator: "/") }
}
