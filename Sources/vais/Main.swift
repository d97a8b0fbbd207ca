internal import ArgumentParser
internal import CVaisShim
internal import Glibc
internal import VaisClient
internal import VaisConformance
internal import VaisHost

/// Runs the command line and turns how it ended into an exit status.
@main
struct Main {
    /// Not asynchronous: Swift's own start of an asynchronous `main` makes a queue and threads, and a run that is over at once needs none.
    static func main() {
        // A reader that goes away, as in `vais list | head`, ends the output, not the program with a signal's noise.
        signal(SIGPIPE, SIG_IGN)
        var arguments = Array(CommandLine.arguments.dropFirst())
        // The original tool had its commands under `pkg`.
        if arguments.first == "pkg" { arguments.removeFirst() }
        do {
            try run(arguments)
        } catch {
            end(error)
        }
        end(nil)
    }

    private static func run(_ arguments: [String]) throws {
        if arguments == ["--version"] { return Output.current.data(Vais.configuration.version) }
        // A process that this program started for a plugin with `isolation = "process"`.
        if arguments == [ChildProgram.word] { PluginProcess.run() }
        // A process that `vais plugin` started to run a plugin's code in.
        if arguments.count == 2, arguments[0] == KitProgram.word { KitChild.run(arguments[1]) }
        let install = Install.plain(arguments)
        if let install, try install.hasNothingToDo() { return }
        var command = try parse(arguments)
        if install == nil, let install = command as? Install, try install.hasNothingToDo() { return }
        guard let asynchronous = command as? any AsyncParsableCommand else { return try command.run() }
        Task.detached {
            var command = asynchronous
            do {
                try await command.run()
            } catch {
                end(error)
            }
            end(nil)
        }
        while true { pause() }
    }

    /// Ends the process once everything is written.
    private static func end(_ error: (any Error)?) -> Never {
        let status = error.map(report) ?? 0
        guard let code = StandardOutput.flush(), error == nil else { exit(status) }
        exit(
            report(
                ClientError(
                    .input, "cannot write to standard output: \(String(cString: strerror(code)))",
                    hint: code == ENOSPC ? "free some space and try again" : nil)))
    }

    /// Commands that people run all day. Looking through every other command costs more than a run that has nothing to do, since the
    /// parser examines each by reflection.
    private static func frequent(_ name: String) -> (any ParsableCommand.Type)? {
        switch name {
        case "install": Install.self
        case "lock": Lock.self
        case "tree": Tree.self
        case "add": Add.self
        case "update": Update.self
        default: nil
        }
    }

    /// The command that the arguments name. Whatever does not parse at once goes the long way, which knows how to explain it.
    private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
        if let name = arguments.first, let type = frequent(name),
            let command = try? type.parse(Array(arguments.dropFirst()))
        {
            return command
        }
        return try Vais.parseAsRoot(arguments)
    }

    /// Prints what went wrong and gives the exit status.
    private static func report(_ error: any Error) -> Int32 {
        switch error {
        case let error as ExitCode: return error.rawValue
        case let error as ClientError:
            Output.current.error(error)
            return error.code.rawValue
        case let error as PluginError:
            Output.current.error(ClientError(error))
            return ClientError.Code.input.rawValue
        default: break
        }
        let status = Vais.exitCode(for: error)
        if status == .success {
            // Help and the version were asked for.
            Output.current.data(Vais.fullMessage(for: error))
            return 0
        }
        if status == .validationFailure {
            let text = Vais.fullMessage(for: error)
            Output.current.usage(text)
            return ClientError.Code.usage.rawValue
        }
        let told = ClientError(error)
        Output.current.error(told)
        return told.code.rawValue
    }

}
