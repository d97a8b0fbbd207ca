internal import CVaisShim
internal import Glibc

/// The program whose `main` hands over to `PluginProcess.run` when it is started with a certain word.
package struct ChildProgram: Sendable {
    /// Its only argument. Not a command for people.
    package static let word = "isolated-plugin"
    /// Where the socket to the host is.
    static let control: Int32 = 3

    package var path: String

    package init(path: String) { self.path = path }

    /// The running program itself, also when its file has been replaced meanwhile.
    package static let current = ChildProgram(path: "/proc/self/exe")

    /// What a plugin may need of the environment: how to find libraries, names and certificates, whom to ask for the way, which language
    /// and time to speak. All else may be secret, and is not its business.
    private static let variables: Set<String> = [
        "LD_LIBRARY_PATH", "LD_PRELOAD", "GLIBC_TUNABLES", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "TMPDIR",
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "RES_OPTIONS",
        "LOCALDOMAIN", "SSL_CERT_FILE", "SSL_CERT_DIR", "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS",
    ]

    /// A crash is told by its signal; Swift's own report of it would start a program of its own first.
    private static let quietCrash = "SWIFT_BACKTRACE=enable=no"

    /// - Parameter isBelieved: not with more rights than the caller's, whose it is.
    static func environment(_ all: [String: String], isBelieved: Bool) -> [String] {
        all.filter { isBelieved && variables.contains($0.key) }.map { "\($0.key)=\($0.value)" } + [quietCrash]
    }

    /// Starts it in a session of its own, away from the terminal's signals, with nothing open but `control` as its descriptor 3, and
    /// `words` for what is written to its standard streams.
    ///
    /// - Returns: its id, or the error's number.
    func start(control: Int32, words: Int32) -> Result<pid_t, StartFailure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Above all that is replaced, so that no step overwrites what a later one copies.
        let spare = [control, words].map { fcntl($0, F_DUPFD_CLOEXEC, Self.control + 1) }
        defer { for descriptor in spare where descriptor >= 0 { close(descriptor) } }
        guard spare.allSatisfy({ $0 >= 0 }) else { return .failure(StartFailure(code: errno)) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, spare[1], 1)
        posix_spawn_file_actions_adddup2(&actions, spare[1], 2)
        posix_spawn_file_actions_adddup2(&actions, spare[0], Self.control)
        _ = vais_close_from_at_start(&actions, Self.control + 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The thread that starts it has all signals blocked, and the program may ignore some.
        var none = sigset_t(), all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | 0x80  // POSIX_SPAWN_SETSID
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("vais"), strdup(Self.word), nil]
        defer { for word in words { free(word) } }
        var variables: [UnsafeMutablePointer<CChar>?] =
            Self.environment(processEnvironment(), isBelieved: vais_is_privileged() == 0).map { strdup($0) } + [nil]
        defer { for variable in variables { free(variable) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, path, &actions, &attributes, &words, &variables)
        return status == 0 ? .success(pid) : .failure(StartFailure(code: status))
    }
}

/// Why a process could not be started.
struct StartFailure: Error {
    /// An `errno`.
    var code: Int32
}
