import Testing

@Suite("--help") struct HelpTests {
    @Test("of the program and of every command is as reviewed, one file each")
    func help() throws {
        let user = try User(try ScratchFolder())
        var files: Set<String> = []
        var waiting: [[String]] = [[]]
        while let command = waiting.popLast() {
            let outcome = try user.run(command + ["--help"])
            #expect(outcome.isSuccess && outcome.errors.isEmpty, "vais \(command) --help: \(outcome.errors)")
            let file = "help-\((["vais"] + command).joined(separator: "-")).txt"
            try Golden.expect(outcome.output, file)
            files.insert(file)
            waiting += subcommands(outcome.output).filter { $0 != "help" }.map { command + [$0] }
        }
        #expect(files.count > 25, "commands were found in the help")
        let known = FileBytes.list("\(Program.repository)/Tests/Golden").filter { $0.hasPrefix("help-") }
        #expect(Set(known) == files, "every file is of a command that exists")
    }

    @Test("is short with -h and of one command with `help`, and --version says which program this is")
    func variants() throws {
        let user = try User(try ScratchFolder())
        #expect(try user.run(["install", "-h"]).output == user.run(["install", "--help"]).output)
        #expect(try user.run(["help", "install"]).output == user.run(["install", "--help"]).output)
        #expect(try user.run(["pkg", "install", "--help"]).output == user.run(["install", "--help"]).output)
        let version = try user.run(["--version"])
        #expect(version.isSuccess && version.output.hasPrefix("vais "))
    }

    /// The first words of the lines below headings of subcommands.
    private func subcommands(_ help: String) -> [String] {
        var names: [String] = []
        var isInside = false
        for line in help.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix(" ") {
                isInside = line.hasSuffix("SUBCOMMANDS:") || (isInside && line.isEmpty)
            } else if isInside, line.hasPrefix("  "), !line.hasPrefix("   "),
                let name = line.dropFirst(2).split(separator: " ").first,
                name.allSatisfy({ $0.isLowercase || $0 == "-" })
            {
                names.append(String(name))
            }
        }
        return names
    }
}
