/// One file or folder of an archive, as a visitor sees it; checked, and borrowed for the length of the call.
package struct ArchiveEntry {
    /// The path below the package root, without `./` and without a trailing slash. Never empty; a NUL byte follows it.
    package let path: UnsafeRawBufferPointer
    /// Where the last component begins in `path`.
    package let nameOffset: Int
    /// Components of `path`, so 1 for an entry at the root.
    package let depth: Int
    /// Bytes of a file's contents; 0 for a folder.
    package let size: UInt64
    /// The owner may execute it. Every other mode bit of the archive is ignored.
    package let isExecutable: Bool

    /// The path as text; a copy, so take it only when needed.
    package var pathText: String { String(decoding: path, as: UTF8.self) }

    /// The last component as a C string, valid for the call.
    package var name: UnsafePointer<CChar> {
        // The reader puts a NUL behind every path, so this is in bounds even for an empty buffer's successor.
        (path.baseAddress.unsafelyUnwrapped + nameOffset).assumingMemoryBound(to: CChar.self)
    }
}

/// Receives what an archive holds, in the archive's order; an error it throws ends the reading.
///
/// Nothing arrives that breaks a rule of the format, but the end of the archive may still be refused: keep what arrives
/// out of sight until the reader's `finish` has returned.
package protocol ArchiveVisitor {
    /// A folder not seen before, named by the archive or implied by a path below it. Parents come first.
    mutating func folder(_ entry: ArchiveEntry) throws(ArchiveError)
    /// A file begins; `size` bytes follow in calls to `contents`, then `endFile`.
    mutating func file(_ entry: ArchiveEntry) throws(ArchiveError)
    /// The next bytes of the file; never empty, valid for the call.
    mutating func contents(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError)
    mutating func endFile() throws(ArchiveError)
}
