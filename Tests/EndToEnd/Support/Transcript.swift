import Glibc
import Testing

/// A session at the command line as text, in which what differs between runs has been given a name. It is compared, word for word, with
/// a file of Tests/Golden; with VAIS_GOLDEN_UPDATE=1 in the environment that file is written instead, to be read as a diff.
///
///     # what the reader should see here
///     $ vais install --locked
///     error: …
///     hint: …
///     exit 5
struct Transcript {
    private(set) var text = ""
    private let user: User
    private var names: [(text: String, name: String)]

    init(_ user: User) {
        self.user = user
        names = [(user.scratch.path, "<scratch>"), (Program.folder, "<plugins>")]
    }

    /// From here on `text` is written as `name`, in angle brackets.
    mutating func name(_ text: String, _ name: String) { names.insert((text, "<\(name)>"), at: 0) }

    /// Begins a passage.
    mutating func passage(_ title: String) { text += "\(text.isEmpty ? "" : "\n")# \(title)\n" }

    /// Runs `vais` and records what it said and how it ended. What came on standard output is marked.
    mutating func run(
        _ arguments: [String], in folder: String = "app", input: String? = nil, as other: User? = nil
    ) throws {
        try record(arguments, try (other ?? user).run(arguments, in: folder, input: input))
    }

    /// As `run`, with no file allowed to grow beyond `blocks` of 512 bytes: what a full disk looks like to a program.
    mutating func run(_ arguments: [String], in folder: String = "app", fileBlocks blocks: Int) throws {
        let shell = ["sh", "-c", "trap '' XFSZ; ulimit -f \(blocks); exec \"$@\"", "sh", try Program.path()]
        try record(arguments, try user.run(program: shell + arguments, in: folder))
    }

    private mutating func record(_ arguments: [String], _ outcome: User.Outcome) throws {
        let quoted = arguments.map { argument in
            argument.isEmpty || argument.contains { " *^<>|\n".contains($0) }
                ? "'\(argument.replacing("\n", with: "\\n"))'" : argument
        }
        var passage = "$ vais \(quoted.joined(separator: " "))\n"
        for line in outcome.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            passage += "| \(line)\n"
        }
        passage += outcome.errors + (outcome.errors.isEmpty || outcome.errors.hasSuffix("\n") ? "" : "\n")
        passage += "\(outcome.end)\n"
        for (text, name) in names { passage = passage.replacing(text, with: name) }
        text += passage.replacing(#/\(request [0-9A-Za-z-]+\)/#, with: "(request <id>)")
            .replacing(#/file----tmp-[-0-9A-Za-z.]+/#, with: "<registry>")
            .replacing(#/publish-[0-9a-f]+/#, with: "publish-<random>")
            .replacing(#/shown this once: [0-9a-f]+/#, with: "shown this once: <password>")
    }

    /// Compares the whole with Tests/Golden/`file`.
    func expectGolden(_ file: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try Golden.expect(text, file, sourceLocation: sourceLocation)
    }
}

enum Golden {
    static func expect(_ text: String, _ file: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let path = "\(Program.repository)/Tests/Golden/\(file)"
        if getenv("VAIS_GOLDEN_UPDATE") != nil {
            try FileBytes.write(Array(text.utf8), to: path)
            return
        }
        let known = String(decoding: try FileBytes.read(path), as: UTF8.self)
        guard known != text else { return }
        let old = known.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        Issue.record(
            """
            Tests/Golden/\(file), line \(line + 1), says
              \(line < old.count ? old[line] : "(nothing more)")
            and the program now says
              \(line < new.count ? new[line] : "(nothing more)")
            If that is meant, run the test with VAIS_GOLDEN_UPDATE=1 and review the difference.
            """, sourceLocation: sourceLocation)
    }
}
