import Glibc

/// A small file system in memory, mounted below a scratch folder, that only processes started through it see. The kernel unmounts it with
/// the last of them: nothing stays behind, however the test ends.
///
/// Making one throws where it cannot be mounted.
final class SmallDisk {
    /// Whether this machine lets root, if we are root, have mounts of its own.
    static let isForRoot = geteuid() == 0 && canRun(["unshare", "-m", "--propagation", "private", "true"])
    /// Whether it can be mounted at all, if need be in a namespace where other people's files, root's too, seem to be nobody's; there the
    /// program rightly loads no plugin.
    static let isPossible = isForRoot || canRun(["unshare", "-rm", "--propagation", "private", "true"])

    private static func canRun(_ command: [String]) -> Bool { (try? ChildProcess.run(command)) == 0 }

    private let keeper: ChildProcess
    private let mount: String

    /// What a command must begin with to see the disk.
    let entering: [String]
    /// The mounted folder, as everybody can reach it.
    var path: String { "/proc/\(keeper.pid)/root\(mount)" }

    /// - Parameters:
    ///   - folder: below the scratch folder; what it holds is hidden.
    ///   - options: of the mount, such as `size=4m` or `nr_inodes=100`.
    init(_ scratch: ScratchFolder, _ folder: String, options: String) throws {
        try scratch.makeFolder(folder)
        mount = scratch(folder)
        let isRoot = Self.isForRoot
        // It ends by itself, should the test be killed.
        let script = "mount -t tmpfs -o \"$2\" none \"$1\" && : > \"$3\" && exec sleep 900"
        let log = scratch("\(folder).mount")
        keeper = try ChildProcess(
            ["unshare", isRoot ? "-m" : "-rm", "--propagation", "private", "sh", "-c", script, "sh", mount, options]
                + [scratch("\(folder).ready")], errors: log)
        entering =
            ["nsenter", "--target", "\(keeper.pid)", "--mount"] + (isRoot ? [] : ["--user", "--preserve-credentials"])
        for _ in 0..<6000 where !scratch.exists("\(folder).ready") {
            if let end = keeper.poll() {
                let said = (try? FileBytes.read(log)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                throw Failure("cannot mount a tmpfs (\(end)): \(said)")
            }
            usleep(5000)
        }
        guard scratch.exists("\(folder).ready") else { throw Failure("no tmpfs after half a minute") }
    }

    /// Fills the disk until `bytes` are free, rounded down to pages.
    func leave(bytes: UInt64) throws {
        try free()
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { throw Failure("statvfs \(path): \(systemMessage())") }
        let available = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        guard available > bytes else { throw Failure("only \(available) bytes are free") }
        let ballast = open("\(path)/ballast", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard ballast >= 0 else { throw Failure("open \(path)/ballast: \(systemMessage())") }
        defer { close(ballast) }
        let status2 = posix_fallocate(ballast, 0, off_t(available - bytes))
        guard status2 == 0 else { throw Failure("fallocate: \(String(cString: strerror(status2)))") }
    }

    /// Takes away what `leave` has put there.
    func free() throws {
        guard unlink("\(path)/ballast") == 0 || errno == ENOENT else {
            throw Failure("unlink \(path)/ballast: \(systemMessage())")
        }
    }
}
