import CTestSpawn
import Glibc

/// A program that was started. It is ended, by its id, with its owner.
final class ChildProcess {
    enum End: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let status): "exit \(status)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    let pid: pid_t
    private(set) var end: End?

    /// Starts `arguments[0]`, looked for in PATH. Standard streams come from and go to files; `/dev/null` where none is named.
    init(
        _ arguments: [String], environment: [String: String]? = nil, folder: String? = nil,
        input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null"
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        test_spawn_isolate(&actions, folder)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var variables: [UnsafeMutablePointer<CChar>?] = (environment ?? [:]).map { strdup("\($0)=\($1)") } + [nil]
        defer { for variable in variables { free(variable) } }
        var pid: pid_t = 0
        let status =
            environment == nil
            ? posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, environ)
            : posix_spawnp(&pid, arguments[0], &actions, &attributes, &words, &variables)
        guard status == 0 else { throw Failure("cannot start \(arguments[0]): \(String(cString: strerror(status)))") }
        self.pid = pid
    }

    deinit { kill() }

    /// How the process ended, or nil while it runs.
    func poll() -> End? {
        if let end { return end }
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        end = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
        return end
    }

    /// Waits for the end. A process that hangs is a failure, not a wait for ever.
    func wait(seconds: Int = 120) throws -> End {
        for _ in 0..<(seconds * 500) {
            if let end = poll() { return end }
            usleep(2000)
        }
        kill()
        throw Failure("process \(pid) did not end within \(seconds) s")
    }

    func signal(_ number: Int32) {
        if end == nil { Glibc.kill(pid, number) }
    }

    /// Ends it as a crash would, and waits until it is gone.
    func kill() {
        guard poll() == nil else { return }
        Glibc.kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        end = .signal(SIGKILL)
    }

    /// Runs a tool of the system; its exit status.
    static func run(_ arguments: [String]) throws -> Int32 {
        guard case .exit(let status) = try ChildProcess(arguments).wait() else { return -1 }
        return status
    }
}
