import Glibc

/// A folder under a temporary name beside its destination, which becomes the destination in one step or not at all.
///
/// It holds a lock (`flock`) on itself while its process lives, so that `sweep` can tell one that was left behind by a
/// crash from one in use.
package final class StagingFolder {
    /// What `commit` came to.
    package enum Outcome: Sendable, Hashable {
        /// The staged tree now has the destination's name.
        case placed
        /// Somebody else had placed a complete tree first. It stays, and ours is gone.
        case alreadyThere
    }

    /// Begins the name of every staging folder; nothing else may use it.
    package static let prefix = ".vais-stage-"

    /// The staged folder itself.
    let descriptor: Int32
    /// See `FolderWriter`.
    let mustSetModes: Bool
    private let outer: Int32
    private let name: String
    private let destination: String
    private let finalName: String
    private var state = State.staged

    private enum State { case staged, placed, gone }

    /// Makes an empty folder beside `destination`, whose parent must exist. Throws `.io`.
    package init(beside destination: String) throws(ArchiveError) {
        let (parent, finalName) = Self.split(destination)
        guard !finalName.isEmpty, finalName != ".", finalName != ".." else {
            throw ArchiveError(.io, "\(EscapedPath.quote(destination)) does not name a folder to make")
        }
        guard let outer = SystemCall.retry({ open(parent, SystemCall.openFolder) }) else {
            throw .system("open the folder", parent)
        }
        do throws(ArchiveError) {
            let made = try Self.make(in: outer, destination)
            name = made.name
            descriptor = made.descriptor
            mustSetModes = made.mode & 0o777 != 0o755
        } catch {
            close(outer)
            throw error
        }
        self.outer = outer
        self.destination = destination
        self.finalName = finalName
        if mustSetModes { fchmod(descriptor, 0o755) }
    }

    deinit {
        discard()
        close(descriptor)
        close(outer)
    }

    /// Gives the tree its final name. Afterwards it is visible as a whole. Throws `.io` and leaves it staged.
    package func commit() throws(ArchiveError) -> Outcome {
        guard state == .staged else {
            throw ArchiveError(.io, "nothing is staged for \(EscapedPath.quote(destination)) any more")
        }
        // Replaces an empty folder, which nobody can mistake for a package; a folder with contents makes it fail.
        if renameat(outer, name, outer, finalName) == 0 {
            state = .placed
            return .placed
        }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw .system("create the folder", destination) }
        discard()
        return .alreadyThere
    }

    /// Removes the staged tree; does nothing after `commit`.
    package func discard() {
        guard state == .staged else { return }
        state = .gone
        FolderRemoval.remove(name, in: outer)
    }

    /// Removes what crashed processes have left in `folder`, and returns how many trees that were. Safe beside processes
    /// that are staging there; failures are left for the next sweep.
    @discardableResult
    package static func sweep(_ folder: String) -> Int {
        guard let outer = SystemCall.retry({ open(folder, SystemCall.openFolder) }) else { return 0 }
        defer { close(outer) }
        var swept = 0
        for entry in FolderListing.list(outer) ?? [] where entry.name.starts(with: Self.prefix.utf8) {
            let name = String(decoding: entry.name, as: UTF8.self)
            let flags = SystemCall.openFolder | O_NOFOLLOW
            guard let descriptor = SystemCall.retry({ openat(outer, name, flags) }) else { continue }
            defer { close(descriptor) }
            // The owner may have renamed its tree between our open and our lock: then the name is gone, or is another's.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isSame(descriptor, name, in: outer) else { continue }
            FolderRemoval.remove(name, in: outer)
            swept += 1
        }
        return swept
    }

    private struct Made {
        var name: String
        var descriptor: Int32
        /// What the umask has left of the mode asked for.
        var mode: mode_t
    }

    private static func make(in outer: Int32, _ destination: String) throws(ArchiveError) -> Made {
        for _ in 0..<16 {
            let name = prefix + String(UInt64.random(in: UInt64.min...UInt64.max), radix: 16)
            guard mkdirat(outer, name, 0o755) == 0 else {
                if errno == EEXIST { continue }
                throw .system("create a folder beside", destination)
            }
            guard let descriptor = SystemCall.retry({ openat(outer, name, SystemCall.openFolder | O_NOFOLLOW) }) else {
                // Swept before we could lock it: then we make another.
                if errno == ENOENT { continue }
                let error = ArchiveError.system("open a folder beside", destination)
                unlinkat(outer, name, AT_REMOVEDIR)
                throw error
            }
            // On a file system without locks nothing is ever swept, since `sweep` cannot lock there either.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            var status = stat()
            if isLocked, fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return Made(name: name, descriptor: descriptor, mode: status.st_mode)
            }
            close(descriptor)
        }
        throw ArchiveError(.io, "cannot create a folder beside \(EscapedPath.quote(destination))")
    }

    private static func isSame(_ descriptor: Int32, _ name: String, in outer: Int32) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor, &opened) == 0 && fstatat(outer, name, &named, AT_SYMLINK_NOFOLLOW) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    /// The folder part and the last component of a path, trailing slashes left out.
    private static func split(_ path: String) -> (parent: String, name: String) {
        var text = Substring(path)
        while text.count > 1, text.utf8.last == EntryPath.slash { text = text.dropLast() }
        guard let slash = text.utf8.lastIndex(of: EntryPath.slash) else { return (".", String(text)) }
        let parent = text[..<slash]
        return (parent.isEmpty ? "/" : String(parent), String(text[text.utf8.index(after: slash)...]))
    }
}
