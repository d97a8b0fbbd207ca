internal import ArgumentParser
internal import VaisArchive
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Publish: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Publish the package to a registry.",
        discussion: "A release never changes once it is published. Repeating a publish whose answer was lost is safe.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Do everything but the upload.") var dryRun = false
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        let environment = try common.begin(json: json)
        let project = try Project(folder: common.folder)
        let session = try registry.session(environment, project: project)
        let folder = session.home.path + "/tmp"
        try Files.makeFolder(folder)
        let path = "\(folder)/publish-\(UInt64.random(in: .min ... .max)).tar.gz"
        defer { Files.remove(path) }
        let packed = try PackedPackage(project, to: path, session: session)
        for warning in packed.warnings { Output.current.warning(warning) }
        if Output.current.isVerbose {
            for file in packed.files { Output.current.verbose("  \(printable(file.path)) (\(file.size) bytes)") }
        }
        Output.current.status("Packed", describe(packed))
        if dryRun {
            Output.current.status("Stopped", "before the upload to \(session.defaultRegistry), as --dry-run asks")
            result(packed, "dry_run")
            return
        }
        let connection = try session.connect()
        Output.current.step("Uploading", "\(packed.release) to \(session.defaultRegistry)")
        let outcome = try await Publishing(connection).publish(packed)
        await session.transport.close()
        switch outcome {
        case .published: Output.current.status("Published", "\(packed.release)")
        case .alreadyThere:
            Output.current.status("Published", "\(packed.release) was there already, with the same contents")
        }
        result(packed, outcome == .published ? "published" : "already_published")
    }

    private func result(_ packed: PackedPackage, _ outcome: String) {
        guard json else { return }
        Output.current.json { writer in
            writer.member("name", packed.release.name.text)
            writer.member("version", packed.release.version.description)
            writer.member("sha256", packed.checksum.hex)
            writer.member("outcome", outcome)
        }
    }
}
