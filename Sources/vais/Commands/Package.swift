internal import ArgumentParser
internal import VaisArchive
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Package: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "package", abstract: "Pack the package into an archive, as `publish` would.",
        discussion: "The same files give the same archive on every machine.")
    @OptionGroup var common: CommonOptions
    @Option(help: "The plugins.toml to use. [environment: VAIS_PLUGINS]") var plugins: String?
    @Option(name: .shortAndLong, help: "Where to write it; <name>-<version>.tar.gz by default.") var output: String?
    @Flag(help: "List the files, and write nothing.") var list = false
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        let environment = try common.begin(json: json)
        let project = try Project(folder: common.folder)
        var options = try RegistryOptions.parse([])
        options.plugins = plugins
        let session = try options.session(environment, project: project)
        let scratch = list ? try RunFolder("package", in: session.home) : nil
        defer { withExtendedLifetime(scratch) {} }
        let path = scratch.map { $0.path + "/archive.tar.gz" } ?? target(project)
        let packed = try PackedPackage(project, to: path, session: session)
        for warning in packed.warnings { Output.current.warning(warning) }
        if json {
            Output.current.json { writer in
                writer.member("name", packed.release.name.text)
                writer.member("version", packed.release.version.description)
                writer.member("sha256", packed.checksum.hex)
                writer.member("size", Int64(clamping: packed.size))
                writer.key("files")
                writer.array { for file in packed.files { $0.value(file.path) } }
            }
        } else if list {
            for file in packed.files { Output.current.data(printable(file.path)) }
        } else {
            Output.current.data(path)
        }
        if !list { Output.current.status("Packed", describe(packed)) }
    }

    private func target(_ project: Project) -> String {
        if let output { return output.hasPrefix("/") ? output : common.folder + "/" + output }
        let name = project.manifest.name?.text ?? "package"
        let version = project.manifest.version?.description ?? "0"
        return "\(common.folder)/\(name)-\(version).tar.gz"
    }
}

/// One line on what an archive holds.
func describe(_ packed: PackedPackage) -> String {
    "\(packed.release): \(counted(packed.files.count, "file")), \(packed.size) bytes, sha256 \(packed.checksum)"
}
