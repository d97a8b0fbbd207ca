internal import Glibc
internal import VaisClient
internal import VaisProtocol

/// Where the program speaks: data on standard output, everything else on standard error. Colour adds nothing that the words do not say.
struct Output: Sendable {
    enum Colour: String { case cyan = "36", green = "32", yellow = "33", red = "31" }

    var isQuiet = false
    var isVerbose = false
    var isJSON = false
    private let hasColour: Bool

    /// The output of this run; `GlobalOptions` sets it before a command works.
    nonisolated(unsafe) static var current = Output(environment: [:])

    init(environment: [String: String]) {
        let forbids = !(environment["NO_COLOR"] ?? "").isEmpty || environment["TERM"] == "dumb"
        hasColour = !forbids && isatty(STDERR_FILENO) == 1
    }

    /// One line of what was asked for.
    func data(_ line: String) { StandardOutput.write(line + "\n") }

    /// A JSON document of what was asked for.
    func json(_ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            write(&writer)
        }
        data(String(decoding: writer.bytes, as: UTF8.self))
    }

    /// What was done: a verb, and what it was done to.
    func status(_ verb: String, _ text: String) {
        if !isQuiet { line(paint(padded(verb), .green) + " " + text) }
    }

    /// What is being done.
    func step(_ verb: String, _ text: String) {
        if !isQuiet { line(paint(padded(verb), .cyan) + " " + text) }
    }

    func note(_ text: String) {
        if !isQuiet { line(text) }
    }

    /// Begins a line that comes in pieces: `piece` adds to it, `endPieces` ends it.
    func beginPieces(_ verb: String) {
        if !isQuiet { StandardError.write(paint(padded(verb), .cyan) + " ") }
    }

    func piece(_ text: String) {
        if !isQuiet { StandardError.write(text) }
    }

    func endPieces(_ text: String) {
        if !isQuiet { StandardError.write(text + "\n") }
    }

    /// What must be seen, however quiet the run is asked to be.
    func always(_ text: String) { line(text) }

    func verbose(_ text: String) {
        if isVerbose { line(text) }
    }

    func warning(_ text: String) { line(paint("warning:", .yellow) + " " + printable(text)) }

    func error(_ error: ClientError) {
        if isJSON {
            json { writer in
                writer.member("error", error.message)
                writer.member("code", error.reason ?? "error")
                writer.key("causes")
                writer.array { for cause in error.causes { $0.value(cause) } }
                writer.member("hint", ifPresent: error.hint)
                writer.member("exit_status", Int64(error.code.rawValue))
            }
        }
        line(paint("error:", .red) + " " + printableLines(error.message))
        for cause in error.causes { line("  caused by: " + printableLines(cause)) }
        if let hint = error.hint { line(paint("hint:", .cyan) + " " + printableLines(hint)) }
    }

    /// What the argument parser says, which begins with "Error:".
    func usage(_ text: String) {
        if text.hasPrefix("Error: ") {
            line(paint("error:", .red) + " " + printableLines(String(text.dropFirst("Error: ".count))))
        } else {
            line(text)
        }
    }

    private func line(_ text: String) { StandardError.write(text + "\n") }

    private func padded(_ verb: String) -> String { String(repeating: " ", count: max(0, 11 - verb.utf8.count)) + verb }

    private func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Drawings keep their lines; nothing else in them acts on the terminal.
    private func printableLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }.joined(
            separator: "\n")
    }
}

/// "1 package", "2 packages".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
