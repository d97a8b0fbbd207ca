/// A registry in a folder, in the original layout.
struct FolderOfPackages {
    private let scratch: ScratchFolder
    private let name: String

    /// What makes a command use it.
    var option: [String] { ["--registry", "file://\(scratch(name))"] }

    init(_ scratch: ScratchFolder, name: String = "registry", _ packages: [SamplePackage]) throws {
        self.scratch = scratch
        self.name = name
        var entries: [String: [String]] = [:]
        for package in packages {
            try scratch.write("\(name)/packages/\(package.name)/\(package.version).tar.gz", package.archive)
            let dependencies = package.dependencies.sorted { $0.key < $1.key }
                .map { "\"\($0.key)\":{\"req\":\"\($0.value)\"}" }.joined(separator: ",")
            entries[package.name, default: []].append(
                "{\"version\":\"\(package.version)\",\"checksum\":\"\(package.checksum)\","
                    + "\"size\":\(package.archive.count),\"dependencies\":{\(dependencies)}}")
        }
        let list = entries.sorted { $0.key < $1.key }
            .map { "{\"name\":\"\($0.key)\",\"versions\":[\($0.value.joined(separator: ","))]}" }
        try scratch.write("\(name)/index.json", "[\(list.joined(separator: ",\n"))]\n")
    }

    /// Puts another archive in the place of a package's, as damage or an attacker would.
    func replace(_ name: String, _ version: String, with archive: [UInt8]) throws {
        try scratch.write("\(self.name)/packages/\(name)/\(version).tar.gz", archive)
    }
}
