/// Reads the tar inside: checks every block and path, and tells the visitor what remains.
///
/// It is handed the bytes not yet used, says how many it has used, and expects the rest again with more behind it. So a
/// header is always whole and in one place, and a small file arrives in one piece. Not safe for use from two threads.
final class TarReader<Visitor: ArchiveVisitor> {
    private enum State {
        case header
        /// An extended header of so many bytes, not counting the padding.
        case pax(Int)
        case contents(left: UInt64, padding: Int)
        case padding(Int)
        /// Zero blocks seen after the last entry.
        case end(blocks: Int)
    }

    private(set) var visitor: Visitor
    private let limits: ArchiveLimits
    private var state = State.header
    private var names: EntryNames
    private var path: PathBuffer
    /// The extended header that waits for its entry.
    private var pendingSize: UInt64?
    private var hasPendingPath = false
    private var hasPendingHeader = false
    private var manifest = ManifestRule()
    /// Bytes used of the tar.
    private var offset: UInt64 = 0
    private(set) var totals = ArchiveTotals()

    /// Zero bytes that may follow the end blocks; tools fill up their last record, of 10 KiB as a rule.
    private static var mostEndBlocks: Int { 128 }
    private static var blockSize: Int { TarHeader.blockSize }

    init(visitor: Visitor, limits: ArchiveLimits) {
        self.visitor = visitor
        self.limits = limits
        names = EntryNames(limits: limits)
        path = PathBuffer(capacity: limits.pathBytes)
    }

    /// Uses as many of `bytes` as it can and returns their number. A file's contents are held back until they are whole,
    /// unless `drain` says that there is no room to wait.
    func read(_ bytes: UnsafeRawBufferPointer, drain: Bool) throws(ArchiveError) -> Int {
        var used = 0
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            let step = try readNext(rest, drain: drain)
            if step == 0 { break }
            used += step
            offset += UInt64(step)
        }
        return used
    }

    /// Throws unless the archive is complete: end blocks read, nothing left over, a manifest at its root.
    func finish(unused: Int) throws(ArchiveError) {
        guard case .end(let blocks) = state, blocks >= 2, unused == 0 else {
            throw ArchiveError(.truncated, "the archive ends before its end-of-archive blocks")
        }
        try manifest.finish()
    }

    private func readNext(_ bytes: UnsafeRawBufferPointer, drain: Bool) throws(ArchiveError) -> Int {
        switch state {
        case .header:
            guard bytes.count >= Self.blockSize else { return 0 }
            try readHeader(UnsafeRawBufferPointer(rebasing: bytes[..<Self.blockSize]))
            return Self.blockSize
        case .pax(let size):
            let padded = size + Self.padding(UInt64(size))
            guard bytes.count >= padded else { return 0 }
            try readPax(UnsafeRawBufferPointer(rebasing: bytes[..<size]))
            try Self.requireZero(bytes[size..<padded])
            state = .header
            return padded
        case .contents(let left, let padding):
            let count = Int(min(UInt64(bytes.count), left))
            guard count > 0, UInt64(count) == left || drain else { return 0 }
            try visitor.contents(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            totals.fileBytes += UInt64(count)
            if UInt64(count) < left {
                state = .contents(left: left - UInt64(count), padding: padding)
            } else {
                try visitor.endFile()
                state = padding == 0 ? .header : .padding(padding)
            }
            return count
        case .padding(let size):
            guard bytes.count >= size else { return 0 }
            try Self.requireZero(bytes[..<size])
            state = .header
            return size
        case .end(let blocks):
            guard bytes.count >= Self.blockSize else { return 0 }
            guard TarHeader.isZero(bytes), blocks < Self.mostEndBlocks else {
                throw ArchiveError(.trailing, "bytes follow the end of the archive")
            }
            state = .end(blocks: blocks + 1)
            return Self.blockSize
        }
    }

    private func readHeader(_ block: UnsafeRawBufferPointer) throws(ArchiveError) {
        if TarHeader.isZero(block) {
            guard !hasPendingHeader else { throw ArchiveError(.pax, "an extended header has no entry") }
            state = .end(blocks: 1)
            return
        }
        let header = try TarHeader(block)
        try checkFormat(header.type)
        if header.type == TarHeader.pax {
            guard !hasPendingHeader else { throw ArchiveError(.pax, "two extended headers in a row") }
            guard header.size <= PaxRecords.mostBytes else {
                throw ArchiveError(.pax, "an extended header is larger than \(PaxRecords.mostBytes) bytes")
            }
            hasPendingHeader = true
            state = .pax(Int(header.size))
            return
        }
        if !hasPendingPath { path.set(header, block) }
        try checkSize(header)
        try enter(header)
        hasPendingHeader = false
        hasPendingPath = false
        pendingSize = nil
    }

    private func enter(_ header: TarHeader) throws(ArchiveError) {
        let isFolder = header.type == TarHeader.folder
        let isRoot = try path.normalise(isFolder: isFolder, limits: limits)
        let components = isRoot ? [] : try names.check(path)
        try checkType(header.type)
        if isRoot {
            guard !names.isNamed(NameTree.root) else { throw path.error(.duplicate, "occurs twice") }
            names.markNamed(NameTree.root)
            return
        }
        let entry = try names.enter(
            path, components, isFolder: isFolder, size: header.size, isExecutable: header.isExecutable
        ) { folder throws(ArchiveError) in
            totals.folders += 1
            try visitor.folder(folder)
        }
        guard !isFolder else { return }
        try manifest.see(entry, limits: limits)
        totals.files += 1
        try visitor.file(entry)
        if header.size == 0 {
            try visitor.endFile()
        } else {
            state = .contents(left: header.size, padding: Self.padding(header.size))
        }
    }

    /// Refuses what belongs to another format than ours, before its fields are believed.
    private func checkFormat(_ type: UInt8) throws(ArchiveError) {
        switch type {
        case UInt8(ascii: "g"): throw ArchiveError(.globalPax, "the archive has a global extended header")
        case UInt8(ascii: "X"): throw ArchiveError(.pax, "the archive has an extended header of Solaris tar")
        case UInt8(ascii: "L"), UInt8(ascii: "K"), UInt8(ascii: "D"), UInt8(ascii: "M"), UInt8(ascii: "N"),
            UInt8(ascii: "V"):
            throw ArchiveError(
                .gnu, "the archive uses extensions of GNU tar (entry type \"\(Character(Unicode.Scalar(type)))\")",
                hint: "pack with `vais publish`, or with `tar --format=ustar`")
        default: break
        }
    }

    private func checkType(_ type: UInt8) throws(ArchiveError) {
        switch type {
        case TarHeader.file, TarHeader.folder: return
        case UInt8(ascii: "1"): throw path.error(.link, "is a hard link; packages hold files and folders only")
        case UInt8(ascii: "2"): throw path.error(.link, "is a symbolic link; packages hold files and folders only")
        default: throw path.error(.type, "is neither a file nor a folder")
        }
    }

    private func checkSize(_ header: TarHeader) throws(ArchiveError) {
        if let pendingSize, pendingSize != header.size {
            throw path.error(.size, "has two sizes, \(header.size) and \(pendingSize)")
        }
        if header.type != TarHeader.file, header.size != 0 {
            throw path.error(.size, "is not a file and yet has contents")
        }
        let used = offset + UInt64(Self.blockSize)
        guard used <= limits.unpackedBytes, header.size <= limits.unpackedBytes - used else {
            throw path.error(.tooLarge, "makes the archive larger than \(limits.unpackedBytes) bytes when unpacked")
        }
    }

    private func readPax(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        let records = try PaxRecords(bytes)
        pendingSize = records.size
        guard let range = records.path else { return }
        hasPendingPath = true
        try path.set(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    private static func padding(_ size: UInt64) -> Int {
        Int(truncatingIfNeeded: (0 &- size) & UInt64(blockSize - 1))
    }

    private static func requireZero(_ padding: Slice<UnsafeRawBufferPointer>) throws(ArchiveError) {
        guard padding.allSatisfy({ $0 == 0 }) else {
            throw ArchiveError(.format, "the archive has bytes between its entries")
        }
    }
}
