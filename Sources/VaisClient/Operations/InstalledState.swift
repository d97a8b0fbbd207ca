internal import Glibc
internal import VaisModel

/// What was installed last into a project: a text with a line per package, compared as bytes. It answers "nothing to do" without
/// parsing anything but the manifest and the lockfile, and without opening a package.
enum InstalledState {
    static func expected(_ lockfile: Lockfile, _ paths: PathDependencies, folders: [String: RegistryFolder]) -> [UInt8]
    {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lockfile.packages.count * 110 + 256)
        for (registry, folder) in folders.sorted(by: { $0.key < $1.key }) {
            bytes += "\(registry) \(folder.path)\n".utf8
        }
        for package in lockfile.packages {
            bytes += package.name.text.utf8
            bytes.append(UInt8(ascii: " "))
            bytes += package.version.description.utf8
            bytes.append(UInt8(ascii: " "))
            bytes += package.checksum.hex.utf8
            bytes.append(UInt8(ascii: " "))
            bytes += package.registry.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
        for (name, folder) in paths.folders.sorted(by: { $0.key < $1.key }) { bytes += "\(name) path \(folder)\n".utf8 }
        return bytes
    }

    /// Whether the project has exactly this installed: the record says so, and every link leads to something. One `fstatat` per package.
    static func isCurrent(_ expected: [UInt8], _ project: Project, names: some Sequence<PackageName>) -> Bool {
        guard (try? Files.read(project.statePath, limit: expected.count)) == expected else { return false }
        let folder = open(project.packagesFolder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return expected.isEmpty }
        defer { close(folder) }
        var status = stat()
        for name in names where fstatat(folder, name.text, &status, 0) != 0 { return false }
        return true
    }
}
