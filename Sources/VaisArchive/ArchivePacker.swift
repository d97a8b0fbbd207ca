import Glibc

/// Makes the `.tar.gz` of a package: the same tree gives the same bytes, on every machine and at any time.
package enum ArchivePacker {
    package struct Packed: Sendable {
        package var totals: ArchiveTotals
        /// The bytes of the packed `vais.toml`.
        package var manifest: [UInt8]
    }

    /// Packs the selected files and hands the archive to `sink` piece by piece; a piece is valid for the call.
    ///
    /// What comes out is read back on the way by the registry's own reader, so an archive that a registry with these
    /// limits would refuse is refused here. When this throws, what the sink has received is worthless. Throws
    /// `ArchiveError` (`.changed` when a file changes meanwhile) and whatever the sink throws. Memory is constant.
    package static func pack(
        _ selection: FileSelection, into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Packed {
        guard let root = SystemCall.retry({ open(selection.folder, SystemCall.openFolder) }) else {
            throw ArchiveError.system("open the folder", selection.folder)
        }
        defer { close(root) }
        let inspector = try ArchiveInspector(limits: selection.limits)
        func checkedSink(_ piece: UnsafeRawBufferPointer) throws {
            try inspector.feed(piece)
            try sink(piece)
        }
        var gzip = try GzipEncoder()
        var headers = TarHeaderWriter()
        try gzip.begin(checkedSink)
        for entry in selection.entries {
            try headers.blocks(entry).withUnsafeBytes { try gzip.write($0, checkedSink) }
            if entry.isFolder { continue }
            if let bytes = selection.replacement(for: entry) {
                try bytes.withUnsafeBytes { try gzip.write($0, checkedSink) }
            } else {
                try write(entry, in: root, &gzip, checkedSink)
            }
            try zeros(Int((512 - entry.size % 512) % 512), &gzip, checkedSink)
        }
        try zeros(2 * TarHeader.blockSize, &gzip, checkedSink)
        try gzip.finish(checkedSink)
        let inspection = try inspector.finish()
        return Packed(totals: inspection.totals, manifest: inspection.manifest)
    }

    /// Writes a file's contents.
    private static func write(
        _ entry: FileSelection.Entry, in root: Int32, _ gzip: inout GzipEncoder,
        _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW
        guard let file = SystemCall.retry({ openat(root, entry.path, flags) }) else {
            throw ArchiveError.system("open", entry.path)
        }
        defer { close(file) }
        var left = entry.size
        while left > 0 {
            let space = try gzip.space(sink)
            let most = Int(min(UInt64(space.count), left))
            let part = UnsafeMutableRawBufferPointer(rebasing: space[..<most])
            guard let count = SystemCall.read(file, into: part) else { throw ArchiveError.system("read", entry.path) }
            guard count == most else { throw changed(entry) }
            gzip.used(count)
            left -= UInt64(count)
        }
        var extra: UInt8 = 0
        let more = withUnsafeMutableBytes(of: &extra) { SystemCall.read(file, into: $0) }
        guard more == 0 else { throw changed(entry) }
    }

    private static func zeros(
        _ count: Int, _ gzip: inout GzipEncoder, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try withUnsafeTemporaryAllocation(byteCount: count, alignment: 8) { padding in
            padding.initializeMemory(as: UInt8.self, repeating: 0)
            try gzip.write(UnsafeRawBufferPointer(padding), sink)
        }
    }

    private static func changed(_ entry: FileSelection.Entry) -> ArchiveError {
        ArchiveError(
            .changed, "\(EscapedPath.quote(entry.path)) changed while it was packed",
            hint: "run the command again when nothing writes to the folder")
    }
}
