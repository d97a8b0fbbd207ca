import Glibc

/// The visitor that makes files and folders below a folder of ours.
///
/// Every name is opened relative to its parent's descriptor, one component at a time, never through a link and never on
/// top of something that exists; so a path cannot lead elsewhere even if the reader's checks had a hole. A file costs three
/// system calls (`openat`, `write`, `close`), a folder at most three.
struct FolderWriter: ArchiveVisitor {
    /// What is open, and is closed with its owner however the reading ends.
    private final class Descriptors {
        /// The folders on the way to the one written last, outermost first.
        var folders: [Int32] = []
        /// The file being written, or -1.
        var file: Int32 = -1

        deinit {
            for folder in folders { close(folder) }
            if file >= 0 { close(file) }
        }
    }

    private let root: Int32
    /// The umask, or a default access list, takes bits away from what we ask for, so modes must be set afterwards.
    private let mustSetModes: Bool
    private let open = Descriptors()
    /// The path of the innermost open folder, and where each open folder's path ends in it.
    private var openPath: [UInt8] = []
    private var openEnds: [Int] = []
    /// The path of the file being written, for messages; bytes, so that naming a file costs no allocation.
    private var filePath: [UInt8] = []

    private static let folderMode: mode_t = 0o755

    /// Writes below `root`, which stays the caller's to close.
    init(root: Int32, mustSetModes: Bool) {
        self.root = root
        self.mustSetModes = mustSetModes
    }

    mutating func folder(_ entry: ArchiveEntry) throws(ArchiveError) {
        let parent = try openParent(of: entry)
        guard mkdirat(parent, entry.name, Self.folderMode) == 0,
            !mustSetModes || fchmodat(parent, entry.name, Self.folderMode, 0) == 0
        else { throw .system("create the folder", entry.pathText) }
    }

    mutating func file(_ entry: ArchiveEntry) throws(ArchiveError) {
        let parent = try openParent(of: entry)
        let mode: mode_t = entry.isExecutable ? 0o755 : 0o644
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        guard let descriptor = SystemCall.retry({ openat(parent, entry.name, flags, mode) }) else {
            throw .system("create the file", entry.pathText)
        }
        open.file = descriptor
        filePath.removeAll(keepingCapacity: true)
        filePath.append(contentsOf: entry.path)
        guard !mustSetModes || fchmod(descriptor, mode) == 0 else {
            throw .system("set the mode of", entry.pathText)
        }
    }

    mutating func contents(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        guard SystemCall.write(bytes, to: open.file) else { throw .system("write", fileText) }
    }

    mutating func endFile() throws(ArchiveError) {
        let descriptor = open.file
        open.file = -1
        // A close that fails may tell of a write that failed (NFS, quota). It is not repeated: the descriptor is gone.
        guard close(descriptor) == 0 || errno == EINTR else { throw .system("write", fileText) }
    }

    private var fileText: String { String(decoding: filePath, as: UTF8.self) }

    /// The descriptor of the folder that holds the entry. Folders stay open until an entry lies outside of them, so
    /// neighbours share theirs.
    private mutating func openParent(of entry: ArchiveEntry) throws(ArchiveError) -> Int32 {
        let parent = UnsafeRawBufferPointer(rebasing: entry.path[..<max(0, entry.nameOffset - 1)])
        while let end = openEnds.last, !isWithin(parent, openPathOfLength: end) { closeInnermost() }
        while openPath.count < parent.count { try openNext(towards: parent) }
        return open.folders.last ?? root
    }

    private func isWithin(_ path: UnsafeRawBufferPointer, openPathOfLength end: Int) -> Bool {
        guard path.count >= end, path.count == end || path[end] == EntryPath.slash else { return false }
        return path[..<end].elementsEqual(openPath[..<end])
    }

    private mutating func closeInnermost() {
        openEnds.removeLast()
        openPath.removeLast(openPath.count - (openEnds.last ?? 0))
        close(open.folders.removeLast())
    }

    private mutating func openNext(towards path: UnsafeRawBufferPointer) throws(ArchiveError) {
        let start = openPath.isEmpty ? 0 : openPath.count + 1
        let end = path[start...].firstIndex(of: EntryPath.slash) ?? path.count
        let outer = open.folders.last ?? root
        let inner = withUnsafeTemporaryAllocation(byteCount: end - start + 1, alignment: 1) { name -> Int32? in
            name.copyBytes(from: path[start..<end])
            name[end - start] = 0
            let text = name.assumingMemoryBound(to: CChar.self).baseAddress
            guard let text else { return nil }
            return SystemCall.retry { openat(outer, text, SystemCall.openFolder | O_NOFOLLOW) }
        }
        guard let inner else { throw .system("open the folder", String(decoding: path[..<end], as: UTF8.self)) }
        open.folders.append(inner)
        openPath.append(contentsOf: path[openPath.count..<end])
        openEnds.append(end)
    }
}
