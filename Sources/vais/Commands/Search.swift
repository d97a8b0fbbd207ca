internal import ArgumentParser
internal import VaisClient
internal import VaisModel
internal import VaisProtocol

struct Search: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "search", abstract: "Look for packages.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Option(help: "Show so many.") var limit = 20
    @Flag(help: "Answer in JSON.") var json = false
    @Argument(help: "Words, or their beginnings.") var words: [String]

    func validate() throws {
        if !(1...100).contains(limit) { throw ValidationError("--limit must be from 1 to 100") }
    }

    func run() async throws {
        let environment = try common.begin(json: json)
        let result = try await registry.withSession(environment, in: common.folder) { session in
            try await RegistryAccount(try session.connect())
                .search(words.joined(separator: " "), limit: limit, offset: 0, sort: .relevance)
        }
        if json {
            Output.current.json { writer in
                writer.member("total", Int64(clamping: result.total))
                writer.member("packages", result.packages)
            }
            return
        }
        let width = result.packages.map { $0.name.text.utf8.count }.max() ?? 0
        for hit in result.packages {
            let name = hit.name.text + String(repeating: " ", count: width - hit.name.text.utf8.count)
            let version = hit.latestVersion?.description ?? "-"
            Output.current.data("\(name)  \(version)  \(printable(hit.description ?? ""))")
        }
        if result.total > UInt64(result.packages.count) {
            Output.current.note("… and \(result.total - UInt64(result.packages.count)) more")
        } else if result.packages.isEmpty {
            Output.current.note("no package matches")
        }
    }
}

struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what a registry knows of a package.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var registry: RegistryOptions
    @Flag(help: "Answer in JSON.") var json = false
    @Argument(help: "The package's name.", transform: PackageName.argument) var package: PackageName

    func run() async throws {
        let environment = try common.begin(json: json)
        let info = try await registry.withSession(environment, in: common.folder) { session in
            try await RegistryAccount(try session.connect()).info(package)
        }
        if json {
            Output.current.json { $0.member("package", info) }
            return
        }
        let output = Output.current
        let newest = info.versions.filter { !$0.yanked }.map(\.version).max()
        output.data("\(info.name) \(newest?.description ?? "(every release is yanked)")")
        if let description = info.description { output.data(printable(description)) }
        field("license", info.license)
        field("homepage", info.homepage)
        field("repository", info.repository)
        field("documentation", info.documentation)
        field("keywords", info.keywords.isEmpty ? nil : info.keywords.joined(separator: ", "))
        field("categories", info.categories.isEmpty ? nil : info.categories.joined(separator: ", "))
        field("owners", info.owners.joined(separator: ", "))
        field("downloads", String(info.downloads))
        output.data("releases:")
        for version in info.versions {
            let day = String(version.createdAt.rfc3339.prefix(10))
            output.data("  \(version.version)  \(day)\(version.yanked ? "  yanked" : "")")
        }
    }

    private func field(_ name: String, _ value: String?) {
        if let value { Output.current.data("\(name): \(printable(value))") }
    }
}
