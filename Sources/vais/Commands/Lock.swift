internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol
internal import VaisResolver

struct Lock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Resolve the requirements and write vais.lock; download nothing.",
        discussion: "A lockfile with conflict markers is merged.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Write nothing; exit with 5 if vais.lock would change.") var check = false
    @Flag(help: "Choose every release anew; also remakes a damaged vais.lock.") var update = false
    @Flag(help: "Answer in JSON.") var json = false

    func run() async throws {
        let environment = try common.begin(json: json)
        let project = try Project.find(from: common.folder)
        let updating: LockPreference.Updating = update ? .everything : .nothing
        let (outcome, differs) = try await registry.withSession(environment, project: project) { session in
            if check {
                let outcome = try await Locking(project, session).lock(updating: updating)
                return (outcome, try project.differs(from: outcome.lockfile))
            }
            let decision = try await Locking(project, session)
                .lockToWrite(updating: updating, isStrict: true)
            return (decision.outcome, try decision.write())
        }
        if json {
            Output.current.json { writer in
                writer.member("changed", differs)
                writer.key("packages")
                writer.array { writer in
                    for package in outcome.lockfile.packages {
                        writer.object { writer in
                            writer.member("name", package.name.text)
                            writer.member("version", package.version.description)
                            writer.member("sha256", package.checksum.hex)
                        }
                    }
                }
            }
        }
        report(outcome.changes)
        for release in outcome.yanked { Output.current.warning("\(release) is locked and has been yanked") }
        if check, differs {
            throw ClientError(.difference, "vais.lock would change", hint: "run `vais lock`", reason: "stale_lock")
        }
        Output.current.status(
            differs ? "Locked" : "Unchanged", counted(outcome.lockfile.packages.count, "package"))
    }
}
