import Glibc

/// Unpacks an archive while it arrives, out of sight, and shows the tree in one step when all of it has proved good.
///
///     let unpacker = try ArchiveUnpacker(destination: "…/left-pad/1.3.0/extracted")
///     for chunk in download { hash.update(chunk); try unpacker.feed(chunk) }
///     let totals = try unpacker.finish()      // complete and well-formed, still staged
///     … compare the checksum …
///     let outcome = try unpacker.commit()     // now visible
///
/// Whatever fails, or when it is let go without `commit`, the staged tree is removed and the destination is as it was.
/// Files get mode 0644, or 0755 when the archive marks them executable, folders 0755, whatever the umask. Nothing is
/// synced to disk: a caller that wants to survive a power cut calls `syncfs` once after its last commit.
/// Not safe for use from two threads at once; it may move between threads.
package final class ArchiveUnpacker {
    private let stage: StagingFolder
    private let reader: ArchiveReader<FolderWriter>

    /// The parent of `destination` must exist. Throws `.io`.
    package init(destination: String, limits: ArchiveLimits = .standard) throws(ArchiveError) {
        stage = try StagingFolder(beside: destination)
        reader = try ArchiveReader(
            visitor: FolderWriter(root: stage.descriptor, mustSetModes: stage.mustSetModes), limits: limits)
    }

    /// Takes the next chunk, of any size. The first error is final, and the staged tree is gone when it is thrown.
    package func feed(_ chunk: UnsafeRawBufferPointer) throws(ArchiveError) {
        do { try reader.feed(chunk) } catch {
            discard()
            throw error
        }
    }

    package func feed(_ chunk: [UInt8]) throws(ArchiveError) {
        do { try reader.feed(chunk) } catch {
            discard()
            throw error
        }
    }

    /// Says that the archive is complete. Throws when it is not; the tree stays staged until `commit`.
    package func finish() throws(ArchiveError) -> ArchiveTotals {
        do { return try reader.finish() } catch {
            discard()
            throw error
        }
    }

    /// Makes the tree visible under the destination's name. Throws what `finish` throws, so that nothing incomplete can be
    /// shown, and `.io`.
    package func commit() throws(ArchiveError) -> StagingFolder.Outcome {
        _ = try finish()
        return try stage.commit()
    }

    /// Removes the staged tree.
    package func discard() { stage.discard() }
}

extension ArchiveUnpacker {
    /// Unpacks an archive that lies in a file. Throws the refusal, or `.io`; then the destination is as it was.
    package static func unpack(
        file: String, destination: String, limits: ArchiveLimits = .standard
    ) throws(ArchiveError) -> (totals: ArchiveTotals, outcome: StagingFolder.Outcome) {
        guard let descriptor = SystemCall.retry({ open(file, O_RDONLY | O_CLOEXEC) }) else {
            throw .system("open", file)
        }
        defer { close(descriptor) }
        let unpacker = try ArchiveUnpacker(destination: destination, limits: limits)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            guard let count = SystemCall.read(descriptor, into: buffer) else { throw .system("read", file) }
            try unpacker.feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            if count < buffer.count { break }
        }
        let totals = try unpacker.finish()
        return (totals, try unpacker.commit())
    }
}
