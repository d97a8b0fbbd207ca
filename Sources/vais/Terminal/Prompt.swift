internal import Glibc
internal import VaisClient

/// Asks the person at the terminal, or reads what a program was given on standard input.
enum Prompt {
    /// A line typed after `question`. Throws when nobody is at a terminal.
    static func line(_ question: String) throws -> String {
        try requireTerminal(question)
        StandardError.write("\(question): ")
        return readLine(strippingNewline: true) ?? ""
    }

    /// As `line`, without showing what is typed.
    static func secret(_ question: String) throws -> String {
        try requireTerminal(question)
        StandardError.write("\(question): ")
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw ClientError(.fault, "the terminal does not say how it is set")
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            StandardError.write("\n")
        }
        return readLine(strippingNewline: true) ?? ""
    }

    /// The first line of standard input, for `--password-stdin` and `--token-stdin`.
    static func standardInput() throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw ClientError(
                .usage, "standard input is empty", hint: "pipe the secret in, as in `vais login --token-stdin < file`")
        }
        return line
    }

    private static func requireTerminal(_ question: String) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ClientError(
                .usage, "\(question) is missing, and there is no terminal to ask at",
                hint: "use --username with --password-stdin, or --token-stdin")
        }
    }
}
