internal import ArgumentParser
internal import VaisClient
internal import VaisModel

struct Semver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "semver", abstract: "Judge versions, for scripts.",
        subcommands: [Valid.self, Match.self, Sort.self])

    struct Valid: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "valid", abstract: "Print the versions that are valid.",
            discussion: "Exits with 1 when none is.")
        @Argument(parsing: .allUnrecognized, help: "Texts to judge.") var versions: [String]

        func run() throws {
            let valid = versions.filter { (try? Version(parsing: $0)) != nil }
            for version in valid { Output.current.data(version) }
            if valid.isEmpty { throw ExitCode(ClientError.Code.input.rawValue) }
        }
    }

    struct Match: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "match", abstract: "Print the versions that a requirement admits.",
            discussion: "Exits with 1 when it admits none.")
        @Argument(help: "A requirement, such as '^1.2'.") var requirement: String
        @Argument(help: "Versions to judge.") var versions: [String]

        func run() throws {
            let requirement = try argument { () throws(ModelError) in try Requirement(parsing: self.requirement) }
            let parsed = try parseAll(versions)
            let matching = parsed.filter { requirement.matches($0.version) }
            for entry in matching { Output.current.data(entry.text) }
            if matching.isEmpty { throw ExitCode(ClientError.Code.input.rawValue) }
        }
    }

    struct Sort: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sort", abstract: "Print versions by precedence, the lowest first.",
            discussion: "Versions of equal precedence keep their order.")
        @Argument(help: "Versions to sort.") var versions: [String]

        func run() throws {
            let parsed = try parseAll(versions)
            // `sort` of the standard library is stable.
            for entry in parsed.sorted(by: { $0.version.precedes($1.version) }) { Output.current.data(entry.text) }
        }
    }
}

/// All of the texts as versions, or an error that names the first that is none; nothing is printed then.
private func parseAll(_ texts: [String]) throws -> [(text: String, version: Version)] {
    try texts.map { text in (text, try argument { () throws(ModelError) in try Version(parsing: text) }) }
}

private func argument<T>(_ body: () throws(ModelError) -> T) throws(ClientError) -> T {
    do throws(ModelError) {
        return try body()
    } catch {
        var told = ClientError(error)
        told.code = .usage
        throw told
    }
}
