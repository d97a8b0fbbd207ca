internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol
internal import VaisResolver

struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install what the project requires into .vais/packages.",
        discussion: "Follows vais.lock where it answers vais.toml, and brings it up to date where it does not.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Fail rather than change vais.lock; exit with 5 if it is stale.") var locked = false
    @Flag(help: "Choose the newest releases that fit, whatever is locked.") var update = false
    @Flag(help: "Answer in JSON.") var json = false

    func validate() throws {
        if locked, update { throw ValidationError("--locked forbids what --update asks for") }
    }

    /// The command as `vais install` and `vais install --quiet` give it, nil for any other arguments. Made without the parser, whose
    /// looking around takes longer than finding out that there is nothing to do.
    static func plain(_ arguments: [String]) -> Install? {
        guard ["install"] == arguments.prefix(1), arguments.count <= 2 else { return nil }
        let rest = arguments.dropFirst()
        guard rest.allSatisfy({ $0 == "-q" || $0 == "--quiet" }) else { return nil }
        var install = Install()
        install.common = CommonOptions()
        install.common.quiet = !rest.isEmpty
        install.common.verbose = false
        install.common.directory = nil
        install.registry = RegistryOptions()
        install.registry.registry = nil
        install.registry.offline = false
        install.registry.plugins = nil
        install.locked = false
        install.update = false
        install.json = false
        return install
    }

    /// Whether everything is installed; then it has been said.
    func hasNothingToDo() throws -> Bool {
        if update { return false }
        let environment = try common.begin(json: json)
        let project = try Project.find(from: common.folder)
        let session = try registry.session(environment, project: project)
        guard let report = try Installing(project, session).reportIfCurrent() else { return false }
        show(report, json: json)
        return true
    }

    func run() async throws {
        let environment = try common.begin(json: json)
        let project = try Project.find(from: common.folder)
        var options = Installing.Options()
        options.isLocked = locked
        if update { options.updating = .everything }
        try await registry.withSession(environment, project: project) { [options] session in
            try await install(project, session, options, json: json)
        }
    }
}

struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Move to the newest releases that fit, and install them.",
        discussion: "Without names every package is updated. Moves off yanked releases when another fits.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Answer in JSON.") var json = false
    @Argument(help: "Packages to update; all by default.", transform: PackageName.argument) var packages:
        [PackageName] = []

    func run() async throws {
        let environment = try common.begin(json: json)
        let project = try Project.find(from: common.folder)
        var options = Installing.Options()
        options.updating = packages.isEmpty ? .everything : .only(Set(packages))
        try await registry.withSession(environment, project: project) { [options] session in
            try await install(project, session, options, json: json)
        }
    }
}

/// Installs, and says what that came to.
private func install(_ project: Project, _ session: Session, _ options: Installing.Options, json: Bool) async throws {
    let report = try await Installing(project, session).install(options)
    show(report, json: json)
}

private func show(_ report: Installing.Report, json: Bool) {
    if json {
        Output.current.json { writer in
            writer.member("packages", Int64(report.packages))
            writer.member("downloaded", Int64(report.downloaded))
            writer.member("downloaded_bytes", Int64(clamping: report.downloadedBytes))
            writer.member("linked", Int64(report.linked))
            writer.member("removed", Int64(report.removed))
        }
    }
    vais.report(report.changes)
    if report.isUpToDate, report.changes.isEmpty {
        Output.current.status("Up to date", counted(report.packages, "package"))
    } else {
        Output.current.status(
            "Installed",
            counted(report.packages, "package")
                + " (\(report.downloaded) downloaded, \(report.linked) linked, \(report.removed) removed)"
        )
    }
}
