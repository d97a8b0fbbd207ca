internal import CVaisShim
internal import Glibc

/// The folder `.vais/packages` of a project: one symbolic link per package, replaced as a whole, so that whoever reads it sees the old set
/// or the new one.
///
/// A project comes from anywhere, so no link in it is followed when something is written.
struct PackageLinks {
    private let project: Project
    /// Of two installs into one project, each does all of this alone, and for the lockfile that the other finds.
    private let right: ProcessLock
    /// The folder `.vais`.
    private let folder: OwnedDescriptor

    private static let stage = ".vais-links-"

    /// - Parameter right: The right to change `project`.
    init(of project: Project, _ right: ProcessLock) throws(ClientError) {
        self.project = project
        self.right = right
        let outer = OwnedDescriptor(open(project.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard outer.isOpen else { throw Files.failure("open", project.folder) }
        folder = try Self.makeFolder(".vais", in: outer, project.ownFolder)
    }

    /// Makes the folder hold a link for each of `targets`, and counts those that are new or different, and those that are gone. What is no
    /// link was put there by somebody else, and stays.
    func replace(with targets: [String: String]) throws(ClientError) -> (linked: Int, removed: Int) {
        let packages = try Self.makeFolder(Project.packagesName, in: folder, project.packagesFolder)
        var kept = 0
        var removed = 0
        var foreign: [String] = []
        for name in Files.list(in: packages.number) {
            guard let target = Files.linkTarget(name, in: packages.number) else {
                foreign.append(name)
                continue
            }
            if target == targets[name] { kept += 1 } else if targets[name] == nil { removed += 1 }
        }
        if let name = foreign.first(where: { targets[$0] != nil }) {
            throw ClientError(
                .input, "\(project.packagesFolder)/\(name) is not a link that vais has made", hint: "move it away",
                reason: "file")
        }
        sweep()
        if kept == targets.count, removed == 0 { return (0, 0) }
        // Until the record is written anew, nothing is known about what is installed.
        unlink(project.statePath)
        try exchange(targets, foreign, packages)
        return (targets.count - kept, removed)
    }

    private func exchange(
        _ targets: [String: String], _ foreign: [String], _ old: OwnedDescriptor
    ) throws(ClientError) {
        let stageName = Self.stage + String(UInt64.random(in: .min ... .max), radix: 16)
        let stage = try Self.makeFolder(stageName, in: folder, project.packagesFolder)
        do throws(ClientError) {
            for (name, target) in targets {
                guard symlinkat(target, stage.number, name) == 0 else {
                    throw Files.failure("link", "\(project.packagesFolder)/\(name)")
                }
            }
            for name in foreign {
                guard renameat(old.number, name, stage.number, name) == 0 else {
                    throw Files.failure("move", "\(project.packagesFolder)/\(name)")
                }
            }
            try swap(stageName)
        } catch {
            for name in foreign { renameat(stage.number, name, old.number, name) }
            remove(stageName)
            throw error
        }
        remove(stageName)
    }

    /// Gives the staged folder and the current one each other's name.
    private func swap(_ stageName: String) throws(ClientError) {
        if vais_exchange_names(folder.number, stageName, Project.packagesName) == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw Files.failure("write", project.packagesFolder) }
        // A file system that cannot exchange: for a moment there is neither.
        let aside = stageName + "-old"
        guard renameat(folder.number, Project.packagesName, folder.number, aside) == 0,
            renameat(folder.number, stageName, folder.number, Project.packagesName) == 0
        else { throw Files.failure("write", project.packagesFolder) }
        remove(aside)
    }

    /// Removes what a crash has left.
    private func sweep() {
        for name in Files.list(in: folder.number) where name.hasPrefix(Self.stage) { remove(name) }
    }

    /// Removes the links in a folder, and the folder unless there is something else in it.
    private func remove(_ name: String) {
        let stage = OwnedDescriptor(openat(folder.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        guard stage.isOpen else { return }
        for link in Files.list(in: stage.number) where Files.linkTarget(link, in: stage.number) != nil {
            unlinkat(stage.number, link, 0)
        }
        unlinkat(folder.number, name, AT_REMOVEDIR)
    }

    private static func makeFolder(
        _ name: String, in outer: OwnedDescriptor, _ path: String
    ) throws(ClientError) -> OwnedDescriptor {
        guard mkdirat(outer.number, name, 0o755) == 0 || errno == EEXIST else { throw Files.failure("create", path) }
        let inner = OwnedDescriptor(openat(outer.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC))
        guard inner.isOpen else {
            guard errno == ELOOP || errno == ENOTDIR else { throw Files.failure("open", path) }
            throw ClientError(
                .input, "\(path) is not a folder",
                causes: ["a link there is not followed, since it could lead anywhere"],
                hint: "remove it; vais makes the folder", reason: "link")
        }
        return inner
    }
}

/// A file descriptor that is closed with its owner.
final class OwnedDescriptor {
    let number: Int32
    var isOpen: Bool { number >= 0 }

    init(_ number: Int32) { self.number = number }

    deinit { if number >= 0 { close(number) } }
}
