internal import Glibc
internal import VaisModel

/// Where objects lie on disk:
///
///     <data>/blobs/tmp/<random>            being written
///     <data>/blobs/ab/cdef…                the object whose SHA-256 is abcdef…
///
/// Every call may block.
struct BlobFolder: Sendable {
    let path: String
    private var temporary: String { path + "/tmp" }

    /// A temporary file this old belongs to no writer that is still alive.
    private static let abandonedAfter = 3600

    /// Creates the folders where they are missing, and removes what writers of a crashed process left behind.
    init(in dataFolder: String) throws(StorageError) {
        path = dataFolder + "/blobs"
        for folder in [path, temporary] where try Self.makeFolder(folder) { try Self.sync(parent(of: folder)) }
        sweep()
    }

    func file(_ id: Checksum) -> String {
        let hex = id.hex
        return "\(path)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    /// A new, empty file in `tmp`.
    func makeTemporary() throws(StorageError) -> (path: String, descriptor: Int32) {
        var random = SystemRandomNumberGenerator()
        let file = temporary + "/" + String(random.next(), radix: 16) + String(random.next(), radix: 16)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("cannot create \(file)") }
        return (file, descriptor)
    }

    /// Gives a complete, synced temporary file its name. An object that is there already is replaced by its equal: that costs nothing,
    /// and mends one that was damaged.
    func publish(_ temporary: String, as id: Checksum) throws(StorageError) {
        let target = file(id)
        let folder = parent(of: target)
        if try Self.makeFolder(folder) { try Self.sync(path) }
        FailPoint.hit("blob.before-rename")
        guard rename(temporary, target) == 0 else { throw .system("cannot name \(target)") }
        FailPoint.hit("blob.after-rename")
        try Self.sync(folder)
        FailPoint.hit("blob.after-folder-fsync")
    }

    /// Makes what was created, renamed or removed in `folder` survive power loss.
    static func sync(_ folder: String) throws(StorageError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("cannot open \(folder)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("cannot sync \(folder)") }
    }

    /// True when the folder is new.
    static func makeFolder(_ folder: String) throws(StorageError) -> Bool {
        if mkdir(folder, 0o700) == 0 { return true }
        guard errno == EEXIST else { throw .system("cannot create \(folder)") }
        return false
    }

    private func sweep() {
        let now = time(nil)
        for name in fileNames(in: temporary) {
            var status = stat()
            let file = temporary + "/" + name
            if lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                now - status.st_mtim.tv_sec > Self.abandonedAfter
            {
                unlink(file)
            }
        }
    }
}

extension StorageError {
    /// What `errno` says about a file operation.
    static func system(_ action: String, _ code: Int32 = errno) -> StorageError {
        let kind: Code
        var hint: String?
        switch code {
        case ENOSPC, EDQUOT, EFBIG: (kind, hint) = (.noSpace, "free some space on the disk; nothing was changed")
        case EACCES, EPERM, EROFS: (kind, hint) = (.denied, "check the owner and permissions of the data folder")
        case EMFILE, ENFILE: (kind, hint) = (.busy, "raise the limit on open files (`ulimit -n`)")
        default: kind = .failed
        }
        return StorageError(kind, "\(action): \(systemMessage(code))", hint: hint)
    }
}
