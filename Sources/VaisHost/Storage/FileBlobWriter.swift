internal import Glibc
internal import VaisModel

/// One object on its way to disk. Small pieces are gathered, so that there is one system call, and one change of thread, for each
/// `gathered` bytes. Used by one task at a time, as the protocol demands: hence unchecked.
final class FileBlobWriter: BlobWriter, @unchecked Sendable {
    private let folder: BlobFolder
    private let path: String
    private let threads: BlockingThreads
    /// -1 once the writer has ended.
    private var descriptor: Int32
    private var pending: [UInt8] = []
    /// The first write that failed: nothing may be committed after it.
    private var failure: StorageError?

    private static let gathered = 256 << 10

    init(_ folder: BlobFolder, _ path: String, _ descriptor: Int32, _ threads: BlockingThreads) {
        self.folder = folder
        self.path = path
        self.descriptor = descriptor
        self.threads = threads
    }

    deinit { discard() }

    func write(_ bytes: [UInt8]) async throws(StorageError) {
        try requireOpen()
        pending += bytes
        guard pending.count >= Self.gathered else { return }
        try await blocking(threads) { [self] () throws(StorageError) in try flush() }
    }

    func commit(_ id: Checksum) async throws(StorageError) {
        try requireOpen()
        try await blocking(threads) { [self] () throws(StorageError) in
            // Whatever fails, the temporary file is gone afterwards; after the rename there is none.
            defer { discard() }
            FailPoint.hit("blob.before-write")
            try flush()
            FailPoint.hit("blob.after-write")
            // A failed fsync is final: the kernel may have dropped the dirty pages, so that a second one would lie.
            guard fsync(descriptor) == 0 else { throw .system("cannot sync \(path)") }
            FailPoint.hit("blob.after-fsync")
            try folder.publish(path, as: id)
        }
    }

    func abort() async {
        _ = try? await blocking(threads) { [self] () throws(StorageError) in discard() }
    }

    private func requireOpen() throws(StorageError) {
        if let failure { throw failure }
        guard descriptor >= 0 else { throw StorageError(.failed, "an object was written to after it had ended") }
    }

    private func flush() throws(StorageError) {
        let code = pending.withUnsafeBytes { writeAll($0) }
        pending.removeAll(keepingCapacity: true)
        guard code == 0 else {
            let error = StorageError.system("cannot write \(path)", code)
            failure = error
            throw error
        }
    }

    /// 0, or the `errno` of the write that failed.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Int32 {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let count = Glibc.write(descriptor, base + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                return errno
            }
            done += count
        }
        return 0
    }

    private func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(path)
        pending = []
    }
}
