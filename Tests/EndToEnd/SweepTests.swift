import Glibc
import Testing

@Suite("What a program has just made and not yet locked") struct SweepTests {
    /// Between making a file or a folder and locking it, another program may take it for what a crash has left.
    @Test(
        "is not used when another program has begun to remove it",
        arguments: [(["--list"], "home/.vais/tmp", "package-"), ([], "app", ".app-0.1.0.tar.gz.")])
    func taken(_ options: [String], _ folder: String, _ prefix: String) throws {
        let user = try User(try ScratchFolder())
        try user.scratch.write("app/vais.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\n")
        // Its first lock is taken two seconds after it was asked for: by then we have it.
        let process = try ChildProcess(
            [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=flock", "-e",
                "inject=flock:delay_enter=2000000:when=1", try Program.path(), "package",
            ] + options, environment: user.environment, folder: user.scratch("app"), errors: user.scratch("said"))
        func made() -> String? { user.scratch.list(folder).first { $0.hasPrefix(prefix) } }
        while process.poll() == nil, made() == nil { usleep(1000) }
        let name = try #require(made())
        let sweeper = open(user.scratch("\(folder)/\(name)"), O_RDONLY | O_CLOEXEC)
        defer { close(sweeper) }
        try #require(flock(sweeper, LOCK_EX | LOCK_NB) == 0)
        let end = try process.wait()
        let said = try user.scratch.text("said")
        #expect(end == .exit(0), "\(said)")
        #expect(user.scratch.list(folder).filter { $0.hasPrefix(prefix) } == [name], "it is left to who sweeps it")
        #expect(user.scratch.exists("app/app-0.1.0.tar.gz") == options.isEmpty)
    }
}
