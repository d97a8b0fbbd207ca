package import Glibc

/// New contents for a file, written in full under a hidden name beside it, and then given its name in one step or not at all: whoever reads
/// the file sees the old or the new contents, never a part.
///
/// Staging several files before placing the first of them keeps a full disk from separating them. Used by one thread.
final class StagedFile {
    private let path: String
    private let mode: mode_t
    private let isDurable: Bool
    /// Open, and locked, until the file is placed: so that `sweep` can tell it from what a crash has left.
    private let descriptor: Int32
    private let temporary: String
    private var isPlaced = false

    /// Ends the name of every staged file: `.<name of the file>.<16 hexadecimal digits>.vais-tmp`.
    static let suffix = ".vais-tmp"
    private static let digits = 16

    /// Without contents so far: `append` them, and `finish`.
    ///
    /// - Parameter durable: Whether the contents survive a power cut once `place` has returned.
    /// - Parameter sweeping: Whether to remove what crashed programs have staged for the same file; left out where many files are written.
    init(for path: String, mode: mode_t = 0o644, durable: Bool = true, sweeping: Bool = true) throws(ClientError) {
        if sweeping { Self.sweep(path) }
        self.path = path
        self.mode = mode
        isDurable = durable
        (temporary, descriptor) = try Self.open(path, mode)
    }

    /// With all of its contents, on the disk if it is to be durable.
    convenience init(
        _ bytes: [UInt8], for path: String, mode: mode_t = 0o644, durable: Bool = true, sweeping: Bool = true
    ) throws(ClientError) {
        try self.init(for: path, mode: mode, durable: durable, sweeping: sweeping)
        guard Files.writeAll(bytes, to: descriptor) else { throw Files.failure("write", path) }
        try finish()
    }

    /// With all of its contents, for a file of the user's: whoever may read that may read this, and nobody else.
    convenience init(_ bytes: [UInt8], replacing path: String) throws(ClientError) {
        try self.init(bytes, for: path, mode: Files.permissions(of: path) ?? 0o644)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ClientError) {
        guard Files.writeAll(bytes, to: descriptor) else { throw Files.failure("write", path) }
    }

    /// Once everything has been appended.
    func finish() throws(ClientError) {
        // The mode of `open` is cut by the umask; secrets and shared files alike get the one that was asked for.
        guard fchmod(descriptor, mode) == 0, !isDurable || fsync(descriptor) == 0 else {
            throw Files.failure("write", path)
        }
    }

    deinit {
        if !isPlaced { unlink(temporary) }
        close(descriptor)
    }

    func place() throws(ClientError) {
        guard rename(temporary, path) == 0 else { throw Files.failure("write", path) }
        isPlaced = true
        if isDurable { Self.syncFolder(Files.parent(of: path)) }
    }

    private static func open(_ path: String, _ mode: mode_t) throws(ClientError) -> (String, Int32) {
        for _ in 0..<16 {
            // From the least number with as many digits.
            let random = String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
            let name = "\(Files.parent(of: path))/.\(Files.name(of: path)).\(random)\(suffix)"
            let descriptor = Glibc.open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
            if descriptor < 0 {
                if errno == EEXIST { continue }
                throw Files.failure("write", path)
            }
            var status = stat()
            if Files.lockFresh(descriptor), fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return (name, descriptor)
            }
            // Another program is sweeping it, or has done so: then another, and whoever sweeps it removes it.
            close(descriptor)
        }
        errno = EEXIST
        throw Files.failure("write", path)
    }

    /// Removes what crashed programs of this user have staged for `path`. Its folder may be anybody's, so that a name that is only like
    /// ours is left alone.
    private static func sweep(_ path: String) {
        let file = Files.name(of: path)
        let folder = Files.parent(of: path)
        for name in Files.list(folder) where isStaged(name, for: file) {
            let descriptor = Glibc.open("\(folder)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            unlink("\(folder)/\(name)")
        }
    }

    /// Whether a name is one that `open` gives.
    private static func isStaged(_ name: String, for file: String) -> Bool {
        let prefix = ".\(file)."
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
        let random = name.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        return random.count == digits && random.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func syncFolder(_ path: String) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}

extension Files {
    /// Replaces a file in one step. With `durable` the new contents also survive a power cut once this returns.
    package static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t = 0o644, durable: Bool = true, sweeping: Bool = true
    ) throws(ClientError) {
        try StagedFile(bytes, for: path, mode: mode, durable: durable, sweeping: sweeping).place()
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { writeAll($0, to: descriptor) }
    }

    static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        return true
    }
}
