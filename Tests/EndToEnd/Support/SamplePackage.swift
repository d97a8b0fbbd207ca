import ArchiveCorpus

/// A small package, packed: the same arguments give the same bytes.
struct SamplePackage: Sendable {
    let name: String
    let version: String
    let dependencies: [String: String]
    let archive: [UInt8]
    /// SHA-256 of the archive, in hexadecimal.
    let checksum: String

    /// - Parameters:
    ///   - dependencies: requirements by name.
    ///   - contents: what its only source file holds, so that packages of one version can differ.
    init(_ name: String, _ version: String, dependencies: [String: String] = [:], contents: [UInt8] = []) {
        self.name = name
        self.version = version
        self.dependencies = dependencies
        var manifest = "[package]\nname = \"\(name)\"\nversion = \"\(version)\"\n"
        if !dependencies.isEmpty {
            manifest += "\n[dependencies]\n"
            for (name, requirement) in dependencies.sorted(by: { $0.key < $1.key }) {
                manifest += "\(name) = \"\(requirement)\"\n"
            }
        }
        var tar = TarBuilder()
        tar.entry(Array("src/main.vais".utf8), contents: contents)
        tar.file("vais.toml", manifest)
        tar.end()
        archive = GzipBuilder.member(tar.bytes)
        checksum = SHA256.hex(archive)
    }
}
