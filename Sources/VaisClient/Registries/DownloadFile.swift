internal import Glibc
internal import VaisHost
internal import VaisModel

/// A file that a download flows into, hashed on the way. Nobody sees it under its own name before it is complete. Used by one thread at
/// a time.
final class DownloadFile: @unchecked Sendable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private let digest: any RunningDigest
    private let limit: UInt64
    private var size: UInt64 = 0
    private var isOpen = true

    /// Ends the name of every download that is under way.
    static let suffix = ".part"

    /// Up to `limit` bytes are taken.
    init(_ path: String, limit: UInt64, digest: any RunningDigest) throws {
        self.path = path
        self.limit = limit
        self.digest = digest
        temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 16))\(Self.suffix)"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw Files.failure("write", temporary) }
    }

    deinit { discard() }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        size += UInt64(bytes.count)
        guard size <= limit else {
            throw ClientError(
                .integrity, "it is larger than the \(limit) bytes that its index states",
                hint: "do not use it; ask the registry's operator", reason: "size")
        }
        try digest.update(bytes)
        guard Files.writeAll(bytes, to: descriptor) else { throw Files.failure("write", path) }
    }

    /// Gives the file its name. The caller compares the checksum before it uses it, and removes the file if that is wrong.
    func finish() throws -> Checksum {
        let checksum = try Checksum(bytes: try digest.finish())
        isOpen = false
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let error = Files.failure("write", path)
            unlink(temporary)
            throw error
        }
        return checksum
    }

    func discard() {
        guard isOpen else { return }
        isOpen = false
        close(descriptor)
        unlink(temporary)
    }
}
