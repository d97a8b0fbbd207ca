internal import Glibc
internal import VaisModel

/// What was installed last into a project, and what it was made from, in `.vais/installed`. While all of that is as it was, an install has
/// nothing to do, and finds this out by comparing bytes, without parsing the lockfile and without opening a package.
struct InstalledRecord {
    /// What the manifests ask for, and the folders that packages are taken from.
    let basis: [UInt8]
    /// The lockfile, as it was on the disk.
    let lockfile: [UInt8]
    let packages: Int
    /// The trees of each registry, by its logical name.
    private var trees: [String: Trees] = [:]

    private struct Trees {
        /// What the trees' paths are below.
        var cache: String
        /// The path of each, with a zero byte after it.
        var paths: [UInt8] = []
    }

    init(_ outcome: Locking.Outcome, basis: [UInt8], folders: [String: RegistryFolder]) {
        self.basis = basis
        lockfile = outcome.text
        packages = outcome.lockfile.packages.count
        for (registry, folder) in folders { trees[registry] = Trees(cache: folder.cache) }
        for package in outcome.lockfile.packages {
            let tree = RegistryFolder.tree(package.name.text, package.version.description)
            trees[package.registry]?.paths.append(contentsOf: tree.utf8)
            trees[package.registry]?.paths.append(0)
        }
    }

    /// Writes the record of a project whose links have just been made.
    func write(to project: Project) throws(ClientError) {
        guard let links = FolderStamp(project.packagesFolder) else {
            throw Files.failure("read", project.packagesFolder)
        }
        var fields = FieldWriter()
        fields.append(Self.format.utf8)
        fields.append(basis)
        fields.append(lockfile)
        fields.append(links.text.utf8)
        fields.append(String(packages).utf8)
        for (registry, trees) in trees.sorted(by: { $0.key < $1.key }) {
            fields.append(registry.utf8)
            fields.append(trees.cache.utf8)
            fields.append(trees.paths)
        }
        fields.append(Self.end.utf8)
        // An update that changes nothing writes nothing, so that it can also be had where nothing can be written.
        if (try? Files.read(project.statePath, limit: fields.bytes.count)) != fields.bytes {
            try Files.write(fields.bytes, to: project.statePath, durable: false)
        }
        // A later change of the links must show. The clock of a file system goes in steps, of 4 ms on many kernels, so one step is waited
        // for; where steps are longer, the next install looks at the links themselves.
        for _ in 0..<3 where !links.isBefore(project.statePath) {
            usleep(4000)
            utimensat(AT_FDCWD, project.statePath, nil, AT_SYMLINK_NOFOLLOW)
        }
    }

    /// How many packages are installed, when the record says that they were made from just this, nobody has touched the links since, and
    /// every tree that they lead to is there. Each tree costs one `faccessat` along a short path: following the links from the project would
    /// walk every folder on the way again and again.
    ///
    /// - Parameter folder: Where things of a registry are kept now.
    static func packages(
        in project: Project, from basis: [UInt8], and lockfile: [UInt8],
        folder: (_ registry: String) throws(ClientError) -> RegistryFolder
    ) -> Int? {
        // The record of a project comes from anywhere; a damaged one only means that nothing is known.
        guard let bytes = try? Files.read(project.statePath), let fields = FieldReader.fields(of: bytes),
            fields.count >= 6, (fields.count - 6) % 3 == 0, fields[fields.count - 1].says(end),
            fields[0].says(format), fields[1].equals(basis), fields[2].equals(lockfile),
            let links = FolderStamp(project.packagesFolder), fields[3].says(links.text),
            links.isBefore(project.statePath),
            let packages = Int(fields[4].text)
        else { return nil }
        for index in stride(from: 5, to: fields.count - 1, by: 3) {
            guard let cache = try? folder(fields[index].text).cache, fields[index + 1].says(cache),
                allExist(fields[index + 2], below: cache)
            else { return nil }
        }
        return packages
    }

    private static let format = "vais-installed 2"
    private static let end = "end"

    private static func allExist(_ paths: ArraySlice<UInt8>, below cache: String) -> Bool {
        // The last path ends within the field.
        guard paths.isEmpty || paths.last == 0 else { return false }
        let folder = OwnedDescriptor(open(cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        guard folder.isOpen else { return false }
        return paths.withUnsafeBytes { bytes in
            let text = bytes.bindMemory(to: CChar.self)
            var next = 0
            while next < text.count {
                guard let path = text.baseAddress.map({ $0 + next }), faccessat(folder.number, path, F_OK, 0) == 0
                else { return false }
                next += strlen(path) + 1
            }
            return true
        }
    }
}

/// What tells whether anybody has added, removed or replaced an entry of a folder: the time of its last change, which the kernel alone sets.
private struct FolderStamp {
    let text: String
    private let changed: timespec

    init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
        changed = status.st_ctim
        text = "\(status.st_dev) \(status.st_ino) \(changed.tv_sec) \(changed.tv_nsec)"
    }

    /// Whether the file was written after the folder's last change by the same clock. In the same step of the clock, the folder could have been
    /// changed once more, and its stamp would be the same (as git knows of its index: Documentation/technical/racy-git).
    func isBefore(_ file: String) -> Bool {
        var status = stat()
        guard lstat(file, &status) == 0 else { return false }
        let written = status.st_mtim
        return (changed.tv_sec, changed.tv_nsec) < (written.tv_sec, written.tv_nsec)
    }
}
