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
        try await registry.withSession(environment, project: project) { session in
            // Said before the work, not after it.
            let connection = dryRun ? nil : try session.connect()
            try connection?.requireLogin()
            let folder = try RunFolder("publish", in: session.home)
            defer { withExtendedLifetime(folder) {} }
            let packed = try pack(project, into: folder, session)
            if let connection {
                try await publish(packed, connection)
            } else {
                Output.current.status("Stopped", "before the upload to \(session.defaultRegistry), as --dry-run asks")
                result(packed, "dry_run")
            }
        }
    }

    private func pack(_ project: Project, into folder: RunFolder, _ session: Session) throws -> PackedPackage {
        let packed = try PackedPackage(project, to: "\(folder.path)/archive.tar.gz", session: session)
        for warning in packed.warnings { Output.current.warning(warning) }
        if Output.current.isVerbose {
            for file in packed.files { Output.current.verbose("  \(printable(file.path)) (\(file.size) bytes)") }
        }
        Output.current.status("Packed", describe(packed))
        return packed
    }

    private func publish(_ packed: PackedPackage, _ connection: ServerConnection) async throws {
        Output.current.step("Uploading", "\(packed.release) to \(connection.address)")
        let outcome = try await Publishing(connection).publish(packed)
        switch outcome {
        case .published: Output.current.status("Published", "\(packed.release)")
        case .publishedUnchecked(let reason):
            Output.current.status("Published", "\(packed.release)")
            Output.current.warning("published; could not be checked because \(reason.description)")
        case .publishedUnanswered(let reason):
            Output.current.status("Published", "\(packed.release)")
            Output.current.note("  the answer was lost (\(printable(reason.description))), and the release is there")
        case .alreadyThere:
            Output.current.status("Published", "\(packed.release) was there already, with the same contents")
        }
        result(packed, outcome.word)
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

extension Publishing.Outcome {
    /// For programs.
    fileprivate var word: String {
        switch self {
        case .published: "published"
        case .publishedUnchecked: "published_unchecked"
        case .publishedUnanswered: "published_unanswered"
        case .alreadyThere: "already_published"
        }
    }
}
