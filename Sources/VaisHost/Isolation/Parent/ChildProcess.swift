internal import CVaisShim
internal import Glibc

/// A started process: signalled by a descriptor, so that no other process is ever meant, and seen to its end by one thread.
final class ChildProcess: Sendable {
    enum End: Sendable, Equatable {
        case exit(Int32)
        case signal(Int32)

        /// Continues "the plugin …, in a process of its own, …".
        var description: String {
            switch self {
            case .exit(let status): "ended that process with status \(status)"
            case .signal(SIGKILL): "was killed by signal 9 (SIGKILL): by somebody, or by the system for want of memory"
            case .signal(let number): "crashed: signal \(number)\(Self.name(number))"
            }
        }

        private static func name(_ number: Int32) -> String {
            let names: [Int32: String] = [
                SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
                SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS", SIGXCPU: "SIGXCPU", SIGALRM: "SIGALRM",
                SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
            ]
            return names[number].map { " (\($0))" } ?? ""
        }
    }

    let pid: pid_t
    /// -1 where the kernel has no such descriptors, or the system no more of any.
    private let descriptor: Int32

    init(_ pid: pid_t) {
        self.pid = pid
        descriptor = vais_open_process(pid)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Ends it at once. Not after `reap`, when its number may be another's.
    func kill() {
        if descriptor < 0 || vais_signal_process(descriptor, SIGKILL) < 0 { Glibc.kill(pid, SIGKILL) }
    }

    /// Whether it has ended, or does so within the time.
    func ends(within milliseconds: Int32) -> Bool {
        guard descriptor >= 0 else { return false }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) > 0
    }

    /// Waits for its end.
    func awaitEnd() {
        var status = siginfo_t()
        while waitid(P_PID, id_t(pid), &status, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    /// How it ended. Once.
    func reap() -> End {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            if errno != EINTR { return .exit(-1) }
        }
        return status & 0x7F == 0 ? .exit(status >> 8 & 0xFF) : .signal(status & 0x7F)
    }
}
