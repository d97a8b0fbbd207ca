internal import Glibc
internal import Synchronization
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
    private let durable = DurableFolders()

    /// Creates the folders where they are missing, and removes what writers of a crashed process left behind.
    init(in dataFolder: String) throws(StorageError) {
        path = dataFolder + "/blobs"
        try Self.makeFolder(path)
        try Self.makeFolder(temporary)
        // A folder that is there already may be so new that the power could still take it away.
        do throws(StorageError) { try Self.sync(parent(of: dataFolder)) } catch {
            // A parent that may not be read is not this user's, so neither did this user just make the folder in it.
            guard error.code == .denied else { throw error }
        }
        try Self.sync(dataFolder)
        try Self.sync(path)
        sweep()
    }

    func file(_ id: Checksum) -> String {
        let hex = id.hex
        return "\(path)/\(hex.prefix(2))/\(hex.dropFirst(2))"
    }

    /// A new, empty file in `tmp`, locked for as long as the descriptor is open: that tells `sweep` that its writer lives.
    func makeTemporary() throws(StorageError) -> (path: String, descriptor: Int32) {
        var random = SystemRandomNumberGenerator()
        while true {
            let file = temporary + "/" + String(random.next(), radix: 16) + String(random.next(), radix: 16)
            let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw .system("cannot create \(file)") }
            var status = stat()
            while flock(descriptor, LOCK_EX) != 0 {
                guard errno == EINTR else {
                    let error = StorageError.system("cannot lock \(file)")
                    close(descriptor)
                    unlink(file)
                    throw error
                }
            }
            // A sweep may have found the file before it was locked, and removed it: then there is another.
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return (file, descriptor) }
            close(descriptor)
        }
    }

    /// Gives a complete, synced temporary file its name. An object that is there already is replaced by its equal: that costs nothing,
    /// and mends one that was damaged.
    func publish(_ temporary: String, as id: Checksum) throws(StorageError) {
        let target = file(id)
        let folder = parent(of: target)
        try Self.makeFolder(folder)
        // Also when it was there: its maker, which may be another writer, need not have synced it yet.
        if !durable.contains(folder) {
            try Self.sync(path)
            durable.insert(folder)
        }
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

    static func makeFolder(_ folder: String) throws(StorageError) {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .system("cannot create \(folder)") }
    }

    /// Removes every temporary file that no living writer holds.
    private func sweep() {
        for name in fileNames(in: temporary) {
            let file = temporary + "/" + name
            let descriptor = open(file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            {
                unlink(file)
            }
            close(descriptor)
        }
    }
}

/// Folders whose own names this process has made durable.
private final class DurableFolders: Sendable {
    private let paths = Mutex<Set<String>>([])

    func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }

    func insert(_ path: String) { paths.withLock { _ = $0.insert(path) } }
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
