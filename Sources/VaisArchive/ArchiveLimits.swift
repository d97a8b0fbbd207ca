/// Caps that hold while an archive streams by; crossing one ends the reading at once.
package struct ArchiveLimits: Sendable, Hashable {
    /// Bytes of the `.tar.gz` itself.
    package var packedBytes: UInt64 = 50 << 20
    /// Bytes of the tar inside; a declared size that would cross it is refused before it is inflated.
    package var unpackedBytes: UInt64 = 512 << 20
    /// Files and folders together, whether the archive names a folder or only implies it.
    package var entries: Int = 65_536
    /// Bytes of all names together, in the form in which they are kept for comparison: what they cost in memory.
    package var nameBytes: Int = 4 << 20
    /// Bytes of one path.
    package var pathBytes: Int = 1_024
    /// Components of one path.
    package var depth: Int = 32
    /// How many bytes one packed byte may become, once `ratioFreeBytes` have been unpacked.
    package var ratio: UInt64 = 100
    /// Small archives of very regular text are no danger; the ratio counts only beyond this.
    package var ratioFreeBytes: UInt64 = 8 << 20
    /// Bytes of the root `vais.toml`.
    package var manifestBytes: UInt64 = 1 << 20

    package init() {}

    package static let standard = ArchiveLimits()

    /// Bytes of one path component: what every file system we know of accepts. Not a choice of the caller.
    static let componentBytes = 255

    /// Whether `unpacked` bytes are more than `packed` bytes may become.
    func isBomb(unpacked: UInt64, packed: UInt64) -> Bool {
        let (allowance, overflow) = packed.multipliedReportingOverflow(by: ratio)
        let (most, overflowAgain) = allowance.addingReportingOverflow(ratioFreeBytes)
        return !overflow && !overflowAgain && unpacked > most
    }
}

/// What an archive held, counted while it was read.
package struct ArchiveTotals: Sendable, Hashable {
    /// Bytes of the `.tar.gz`.
    package var packedBytes: UInt64 = 0
    /// Bytes of the files' contents, without headers and padding.
    package var fileBytes: UInt64 = 0
    package var files: Int = 0
    package var folders: Int = 0

    package init() {}
}
