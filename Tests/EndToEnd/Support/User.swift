import Glibc

/// Somebody at a command line, with a home, a plugins.toml and a folder to work in, all below one scratch folder.
struct User {
    struct Outcome {
        let end: ChildProcess.End
        let output: String
        let errors: String

        var isSuccess: Bool { end == .exit(0) }
    }

    let scratch: ScratchFolder
    var environment: [String: String]
    /// A command that becomes what this user runs.
    var wrapper: [String] = []

    /// - Parameters:
    ///   - storage: the store of the folder's registries, where it is not the usual one; the first user decides.
    ///   - isolated: whether all other plugins run in processes of their own; the first user decides.
    init(
        _ scratch: ScratchFolder, home: String = "home", storage: String = "storage-sqlite", isolated: Bool = false
    ) throws {
        self.scratch = scratch
        if !scratch.exists("plugins.toml") {
            try scratch.write("plugins.toml", try Program.pluginConfiguration(storage: storage, isolated: isolated))
        }
        try scratch.makeFolder(home)
        environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": scratch(home), "VAIS_HOME": scratch("\(home)/.vais"),
            "VAIS_PLUGINS": scratch("plugins.toml"),
        ]
    }

    /// Runs `vais` in a folder below the scratch folder.
    func run(_ arguments: [String], in folder: String = "", input: String? = nil) throws -> Outcome {
        try run(program: [try Program.path()] + arguments, in: folder, input: input)
    }

    /// Runs any program as this user.
    func run(program arguments: [String], in folder: String = "", input: String? = nil) throws -> Outcome {
        let name = "run-\(UInt64.random(in: .min ... .max))"
        try scratch.write("\(name)/out", "")
        try scratch.write("\(name)/err", "")
        if let input { try scratch.write("\(name)/in", input) }
        defer { scratch.remove(name) }
        // A wrapper may change what a path leads to.
        let entering = wrapper.isEmpty ? [] : ["sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", scratch(folder)]
        let process = try ChildProcess(
            wrapper + entering + arguments, environment: environment,
            folder: wrapper.isEmpty ? scratch(folder) : scratch.path,
            input: input == nil ? "/dev/null" : scratch("\(name)/in"), output: scratch("\(name)/out"),
            errors: scratch("\(name)/err"))
        let end = try process.wait()
        return Outcome(end: end, output: try scratch.text("\(name)/out"), errors: try scratch.text("\(name)/err"))
    }

    /// Runs `vais` and throws, with all it said, unless it succeeds. What it wrote to standard output.
    @discardableResult
    func succeed(_ arguments: [String], in folder: String = "", input: String? = nil) throws -> String {
        let outcome = try run(arguments, in: folder, input: input)
        guard outcome.isSuccess else {
            throw Failure(
                "vais \(arguments.joined(separator: " ")): \(outcome.end)\n\(outcome.output)\(outcome.errors)")
        }
        return outcome.output
    }
}
