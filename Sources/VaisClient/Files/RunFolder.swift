internal import Glibc
internal import VaisArchive

/// A folder for what one run needs and nobody later, below `~/.vais/tmp`. It is removed with its owner; it is locked until then, so that
/// the next run can tell what a crash has left from what is in use, and removes that.
package final class RunFolder {
    package let path: String
    private let descriptor: Int32

    /// - Parameter purpose: begins its name. What crashed runs have left for the same purpose is removed.
    package init(_ purpose: String, in home: Home) throws(ClientError) {
        let outer = home.path + "/tmp"
        try Files.makeFolder(outer)
        Self.sweep(outer, prefix: purpose + "-")
        (path, descriptor) = try Self.make(outer + "/" + purpose + "-")
    }

    deinit {
        FolderRemoval.remove(path)
        close(descriptor)
    }

    private static func make(_ prefix: String) throws(ClientError) -> (String, Int32) {
        for _ in 0..<16 {
            let path = prefix + String(UInt64.random(in: .min ... .max), radix: 16)
            guard mkdir(path, 0o700) == 0 else {
                if errno == EEXIST { continue }
                throw Files.failure("create", path)
            }
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            if descriptor < 0 {
                // Swept before it was locked: then another.
                if errno == ENOENT { continue }
                throw Files.failure("open", path)
            }
            if Files.lockFresh(descriptor), isNamed(path, descriptor) { return (path, descriptor) }
            // Another run is sweeping it, or has done so: then another, and whoever sweeps it removes it.
            close(descriptor)
        }
        errno = EEXIST
        throw Files.failure("create", prefix)
    }

    /// Removes what nobody has locked. Failures are left for the next run.
    private static func sweep(_ folder: String, prefix: String) {
        for name in Files.list(folder) where name.hasPrefix(prefix) {
            let path = "\(folder)/\(name)"
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // On a file system without locks nothing is ever removed.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isNamed(path, descriptor) else { continue }
            if unlink(path) != 0 { FolderRemoval.remove(path) }
        }
    }

    /// Whether what is open still has this name.
    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}
