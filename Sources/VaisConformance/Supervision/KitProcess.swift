internal import CVaisShim
internal import Glibc
internal import VaisHost

/// A process of the kit's own. What it reports comes by a pipe, its descriptor 3; its standard streams go to files without a name, which
/// are read afterwards. Ended, by its id, with its owner. One thread, which must outlive it: the process ends with that thread.
final class KitProcess {
    enum End: Equatable, CustomStringConvertible {
        case exit(Int32)
        case signal(Int32)

        var description: String {
            switch self {
            case .exit(let status): "it ended the process with status \(status)"
            case .signal(let number): "it crashed: signal \(number) (\(signalName(number)))"
            }
        }
    }

    enum Line {
        case text([UInt8])
        /// The process closed its end of the pipe, mostly by ending.
        case end
        case timeout
    }

    let pid: pid_t
    private let pipe: Int32
    private let streams: [Int32]
    private var pending: [UInt8] = []
    private var end: End?

    init(_ program: KitProgram, _ job: KitJob) throws {
        let streams = try (0..<2).map { _ in try namelessFile() }
        var ends: [Int32] = [-1, -1]
        guard vais_private_pipe(&ends) == 0 else {
            for stream in streams { close(stream) }
            throw Refusal("cannot make a pipe: \(systemMessage())")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, streams[0], 1)
        posix_spawn_file_actions_adddup2(&actions, streams[1], 2)
        posix_spawn_file_actions_adddup2(&actions, ends[1], KitChild.channel)
        let arguments: [String] = [program.path, KitProgram.word, job.text]
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var variables: [UnsafeMutablePointer<CChar>?] = environment(of: job).map { strdup($0) } + [nil]
        defer { for variable in variables { free(variable) } }
        var pid: pid_t = 0
        let status = posix_spawn(&pid, program.path, &actions, nil, &words, &variables)
        close(ends[1])
        guard status == 0 else {
            for descriptor in streams + [ends[0]] { close(descriptor) }
            throw Refusal("cannot start \(program.path): \(String(cString: strerror(status)))")
        }
        self.pid = pid
        self.streams = streams
        pipe = ends[0]
    }

    deinit {
        kill()
        for descriptor in streams + [pipe] { close(descriptor) }
    }

    /// The next line it reports, without the newline.
    ///
    /// - Parameter deadline: CLOCK_MONOTONIC in nanoseconds.
    func line(until deadline: UInt64) -> Line {
        while true {
            if let newline = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeSubrange(...newline) }
                return .text(Array(pending[..<newline]))
            }
            let now = monotonicNow()
            guard now < deadline else { return .timeout }
            var waiting = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
            let ready = poll(&waiting, 1, Int32(clamping: (deadline - now) / 1_000_000 + 1))
            if ready <= 0 { continue }  // A signal, or the deadline.
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            let count = read(pipe, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return .end }
            pending += piece[..<count]
        }
    }

    /// Ends it at once, as a crash of the machine would, and waits until it is gone.
    func kill() {
        guard end == nil else { return }
        Glibc.kill(pid, SIGKILL)
        _ = wait(until: .max)
    }

    /// How it ended; nil when it has not by the deadline.
    func wait(until deadline: UInt64) -> End? {
        while end == nil {
            var status: Int32 = 0
            let answer = waitpid(pid, &status, deadline == .max ? 0 : WNOHANG)
            if answer == pid {
                end = status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
            } else if answer < 0, errno != EINTR {
                end = .exit(-1)
            } else if monotonicNow() >= deadline {
                return nil
            } else if answer == 0 {
                usleep(1000)
            }
        }
        return end
    }

    /// The last lines it wrote to standard error, as a hint at why it ended.
    var lastWords: String {
        let bytes = fileBytes(streams[1], from: max(0, lseek(streams[1], 0, SEEK_END) - 400))
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").suffix(3).joined(separator: " / ")
    }
}

/// That of this process. Where memory in use is counted, the allocator keeps no small blocks of its own for each thread, which it would
/// count as in use.
private func environment(of job: KitJob) -> [String] {
    var variables = processEnvironment()
    if job.task != .work { variables["TMPDIR"] = job.folder }
    if job.task == .check {
        let others = variables["GLIBC_TUNABLES"].map { $0 + ":" } ?? ""
        variables["GLIBC_TUNABLES"] = others + "glibc.malloc.tcache_count=0"
    }
    return variables.map { "\($0.key)=\($0.value)" }
}

/// A new file in the folder for temporary files, which goes when its last descriptor does.
private func namelessFile() throws -> Int32 {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/vais-kit-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw Refusal("cannot make a file in \(base): \(systemMessage())") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(&template)
    return descriptor
}

/// Up to 4,000 bytes of a file from an offset.
func fileBytes(_ descriptor: Int32, from offset: off_t) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4000)
    let count = pread(descriptor, &bytes, bytes.count, offset)
    return Array(bytes.prefix(max(0, count)))
}

func systemMessage() -> String { String(cString: strerror(errno)) }

func signalName(_ number: Int32) -> String {
    let names: [Int32: String] = [
        SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
        SIGABRT: "SIGABRT",
        SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGUSR1: "SIGUSR1", SIGSEGV: "SIGSEGV",
        SIGUSR2: "SIGUSR2", SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGTERM: "SIGTERM", SIGCHLD: "SIGCHLD",
        SIGSYS: "SIGSYS",
    ]
    return names[number] ?? String(cString: strsignal(number))
}
