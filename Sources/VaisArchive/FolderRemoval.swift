import Glibc

/// Removes a tree without ever following a link out of it.
package enum FolderRemoval {
    /// Removes the folder at `path` and all below it, as far as possible.
    package static func remove(_ path: String) { remove(Array(path.utf8), in: AT_FDCWD, depth: 0) }

    /// Removes `name` and all below it. Best effort: what cannot be removed stays, and a later sweep finds it.
    static func remove(_ name: String, in outer: Int32) {
        remove(Array(name.utf8), in: outer, depth: 0)
    }

    /// Staged trees are at most 32 deep; what is deeper is not ours.
    private static let mostDepth = 64

    private static func remove(_ name: [UInt8], in outer: Int32, depth: Int) {
        guard depth <= mostDepth else { return }
        let path = name.map { CChar(bitPattern: $0) } + [0]
        guard let folder = SystemCall.retry({ openat(outer, path, SystemCall.openFolder | O_NOFOLLOW) }) else { return }
        defer { close(folder) }
        for entry in FolderListing.list(folder) ?? [] {
            let child = entry.name.map { CChar(bitPattern: $0) } + [0]
            if unlinkat(folder, child, 0) != 0 { remove(entry.name, in: folder, depth: depth + 1) }
        }
        unlinkat(outer, path, AT_REMOVEDIR)
    }
}
