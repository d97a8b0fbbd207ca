internal import Glibc
internal import Synchronization
package import VaisModel

/// The host's own object store, for storage plugins without one: content-addressed files under the data folder. An object is on disk,
/// with its name, before `commit` returns; until then no reader sees any of it.
package final class FileBlobStore: BlobStore {
    private let folder: BlobFolder
    private let threads: BlockingThreads

    /// Opens the store under `dataFolder`, which exists. Blocks.
    package init(dataFolder: String, threads: BlockingThreads) throws(StorageError) {
        folder = try BlobFolder(in: dataFolder)
        self.threads = threads
    }

    package func writer(sizeHint: UInt64) async throws(StorageError) -> any BlobWriter {
        try await blocking(threads) { [folder, threads] () throws(StorageError) in
            let (path, descriptor) = try folder.makeTemporary()
            return FileBlobWriter(folder, path, descriptor, threads)
        }
    }

    package func reader(_ id: Checksum) async throws(StorageError) -> (any BlobReader)? {
        try await blocking(threads) { [folder, threads] () throws(StorageError) in
            let path = folder.file(id)
            let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            if descriptor < 0 && errno == ENOENT { return nil }
            guard descriptor >= 0 else { throw .system("cannot open \(path)") }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
                close(descriptor)
                throw StorageError(.corrupt, "\(path) is not a regular file")
            }
            return FileBlobReader(descriptor, size: UInt64(status.st_size), threads)
        }
    }

    package func remove(_ id: Checksum) async throws(StorageError) -> Bool {
        try await blocking(threads) { [folder] () throws(StorageError) in
            let path = folder.file(id)
            if unlink(path) == 0 { return true }
            guard errno == ENOENT else { throw .system("cannot remove \(path)") }
            return false
        }
    }

    package func list(after: Checksum?, limit: Int) async throws(StorageError) -> [Checksum] {
        try await blocking(threads) { [folder] () throws(StorageError) in folder.list(after: after, limit: limit) }
    }
}

extension BlobFolder {
    /// Hex digits sort as the bytes they stand for, so names in order are ids in order.
    fileprivate func list(after: Checksum?, limit: Int) -> [Checksum] {
        var ids: [Checksum] = []
        let first = after.map { String($0.hex.prefix(2)) } ?? ""
        let last = after?.hex ?? ""
        for prefix in fileNames(in: path) where prefix.utf8.count == 2 && prefix >= first {
            for name in fileNames(in: path + "/" + prefix) where name.utf8.count == 62 {
                guard ids.count < limit else { return ids }
                let hex = prefix + name
                if hex > last, let id = try? Checksum(parsing: hex) { ids.append(id) }
            }
        }
        return ids
    }
}

/// An open object. Used by one task at a time; closed once, by `close` or with its last reference.
private final class FileBlobReader: BlobReader {
    let size: UInt64
    private let open: Mutex<Int32?>
    private let threads: BlockingThreads

    init(_ descriptor: Int32, size: UInt64, _ threads: BlockingThreads) {
        open = Mutex(descriptor)
        self.size = size
        self.threads = threads
    }

    deinit { close() }

    var descriptor: Int32? { open.withLock { $0 } }

    func read(at offset: UInt64, count: Int) async throws(StorageError) -> [UInt8] {
        guard let descriptor else { throw StorageError(.failed, "the object was read after it had been closed") }
        guard offset < size, count > 0 else { return [] }
        let count = min(UInt64(count), size - offset)
        let size = size
        return try await blocking(threads) { () throws(StorageError) in
            guard let bytes = FileSource(descriptor: descriptor, size: size).read(offset, count) else {
                throw StorageError(.corrupt, "an object ended before its \(size) bytes, or the disk failed")
            }
            return bytes
        }
    }

    func close() {
        let descriptor = open.withLock { descriptor in
            defer { descriptor = nil }
            return descriptor
        }
        if let descriptor { Glibc.close(descriptor) }
    }
}
