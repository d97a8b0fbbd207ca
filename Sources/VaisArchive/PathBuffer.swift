/// The path of the entry being read, in one buffer that serves every entry of an archive.
///
/// A NUL byte follows the path, so that system calls can use it in place.
final class PathBuffer {
    private let storage: UnsafeMutableRawBufferPointer
    private let capacity: Int
    private var start = 0
    private var end = 0

    /// A ustar header's prefix, slash and name.
    private static let mostHeaderBytes = 256

    init(capacity: Int) {
        // Room for `./`, a trailing slash and the NUL.
        self.capacity = max(capacity, Self.mostHeaderBytes) + 3
        storage = .allocate(byteCount: self.capacity + 1, alignment: 8)
    }

    deinit { storage.deallocate() }

    /// The path as it stands.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[start..<end]) }

    /// Takes the name of a ustar header, joined to its prefix.
    func set(_ header: TarHeader, _ block: UnsafeRawBufferPointer) {
        start = 0
        end = 0
        if header.prefixLength > 0 {
            append(block[TarHeader.prefixOffset..<TarHeader.prefixOffset + header.prefixLength])
            storage[end] = EntryPath.slash
            end += 1
        }
        append(block[..<header.nameLength])
        storage[end] = 0
    }

    /// Takes a path of any length. Throws `.pathTooLong`, or `.name` when it holds a NUL.
    func set(_ path: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard path.count <= capacity else { throw ArchiveError.entry(path, .pathTooLong, "has too long a path") }
        guard !path.contains(0) else { throw ArchiveError.entry(path, .name, "has a NUL byte in its name") }
        start = 0
        end = 0
        append(path[...])
        storage[end] = 0
    }

    private func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        UnsafeMutableRawBufferPointer(rebasing: storage[end...]).copyBytes(from: bytes)
        end += bytes.count
    }

    /// Drops a leading `./` and a folder's trailing slash. True when the path is the package root itself.
    /// Throws `.pathEscape` for an absolute path, `.name` for an empty one and for a file's trailing slash, `.pathTooLong`.
    func normalise(isFolder: Bool, limits: ArchiveLimits) throws(ArchiveError) -> Bool {
        guard let first = bytes.first else { throw ArchiveError(.name, "the archive has an entry without a name") }
        guard first != EntryPath.slash else { throw error(.pathEscape, "has an absolute path") }
        let dot = UInt8(ascii: ".")
        if isFolder, first == dot, bytes.count == 1 || bytes.count == 2 && bytes[1] == EntryPath.slash { return true }
        if first == dot, bytes.count > 2, bytes[1] == EntryPath.slash { start += 2 }
        if bytes.last == EntryPath.slash {
            guard isFolder else { throw error(.name, "is a file whose name ends in a slash") }
            end -= 1
            storage[end] = 0
        }
        guard bytes.count <= limits.pathBytes else {
            throw error(.pathTooLong, "has a path of more than \(limits.pathBytes) bytes")
        }
        return false
    }

    /// Calls `body` with the path cut before the slash at `length`, ended by a NUL for that time.
    func withPrefix<Failure: Error>(
        _ length: Int, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let cut = start + length
        let byte = storage[cut]
        storage[cut] = 0
        defer { storage[cut] = byte }
        try body(UnsafeRawBufferPointer(rebasing: storage[start..<cut]))
    }

    func error(_ code: ArchiveError.Code, _ reason: String, hint: String? = nil) -> ArchiveError {
        .entry(bytes, code, reason, hint: hint)
    }
}
