internal import Glibc
internal import VaisModel

/// What was installed last into a project: a text with a line per package, compared as bytes. It answers "nothing to do" without
/// parsing anything but the manifest and the lockfile, and without opening a package.
struct InstalledState {
    /// What the record says when everything is installed.
    let text: [UInt8]
    /// A link in the project, and where the tree it leads to lies below its registry's folder.
    private var links: [(name: String, registry: String, tree: String)] = []
    private let folders: [String: RegistryFolder]
    private let paths: [PackageName]

    init(_ lockfile: Lockfile, _ paths: PathDependencies, folders: [String: RegistryFolder]) {
        var text: [UInt8] = []
        text.reserveCapacity(lockfile.packages.count * 128 + 256)
        for (registry, folder) in folders.sorted(by: { $0.key < $1.key }) {
            text.write(registry)
            text.write(" = ")
            text.write(folder.path)
            text.append(UInt8(ascii: "\n"))
        }
        links.reserveCapacity(lockfile.packages.count)
        for package in lockfile.packages {
            let version = package.version.description
            links.append((package.name.text, package.registry, RegistryFolder.tree(package.name.text, version)))
            text.write(package.name.text)
            text.append(UInt8(ascii: " "))
            text.write(version)
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: package.checksum.bytes)
            text.append(UInt8(ascii: " "))
            text.write(package.registry)
            text.append(UInt8(ascii: "\n"))
        }
        for (name, folder) in paths.folders.sorted(by: { $0.key < $1.key }) {
            text.write(name.text)
            text.write(" path ")
            text.write(folder)
            text.append(UInt8(ascii: "\n"))
        }
        self.text = text
        self.folders = folders
        self.paths = Array(paths.folders.keys)
    }

    /// Whether the project has exactly this installed: the record says so, every link is there, and so is every tree. The links are read
    /// as one listing, and each tree costs one `fstatat` along a short path: following the links from the project would walk every
    /// folder on the way again and again.
    func isCurrent(in project: Project) -> Bool {
        guard (try? Files.read(project.statePath, limit: text.count)) == text else { return false }
        let folder = open(project.packagesFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        var status = stat()
        for name in paths where fstatat(folder, name.text, &status, 0) != 0 { return false }
        let present = Files.links(in: project.packagesFolder)
        guard links.allSatisfy({ present.contains($0.name) }) else { return false }
        for (registry, place) in folders {
            let cache = open(place.cache, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard cache >= 0 else { return false }
            defer { close(cache) }
            for link in links where link.registry == registry {
                if fstatat(cache, link.tree, &status, 0) != 0 { return false }
            }
        }
        return true
    }
}

extension [UInt8] {
    fileprivate mutating func write(_ text: String) { append(contentsOf: text.utf8) }
}
