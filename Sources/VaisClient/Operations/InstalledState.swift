internal import Glibc
internal import VaisModel

/// What was installed last into a project: a text with a line per package, compared as bytes. It answers "nothing to do" without
/// parsing anything but the manifest and the lockfile, and without opening a package.
struct InstalledState {
    /// What the record says when everything is installed.
    let text: [UInt8]
    private let names: [PackageName]

    init(_ lockfile: Lockfile, _ paths: PathDependencies, folders: [String: RegistryFolder]) {
        var text: [UInt8] = []
        text.reserveCapacity(lockfile.packages.count * 128 + 256)
        for (registry, folder) in folders.sorted(by: { $0.key < $1.key }) {
            text.write(registry)
            text.write(" = ")
            text.write(folder.path)
            text.append(UInt8(ascii: "\n"))
        }
        for package in lockfile.packages {
            text.write(package.name.text)
            text.append(UInt8(ascii: " "))
            text.write(package.version.description)
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
        names = lockfile.packages.map(\.name) + paths.folders.keys
    }

    /// Whether the project has exactly this installed: the record says so, and every link leads to something. One `fstatat` per package.
    func isCurrent(in project: Project) -> Bool {
        guard (try? Files.read(project.statePath, limit: text.count)) == text else { return false }
        let folder = open(project.packagesFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        var status = stat()
        for name in names where fstatat(folder, name.text, &status, 0) != 0 { return false }
        return true
    }
}

extension [UInt8] {
    fileprivate mutating func write(_ text: String) { append(contentsOf: text.utf8) }
}
