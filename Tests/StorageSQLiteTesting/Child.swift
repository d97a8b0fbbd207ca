import Glibc
import Synchronization

/// A run of `storage-sqlite-child`, whose output is read line by line.
package final class Child {
    private let process: pid_t
    private let output: Int32
    private var buffered: [UInt8] = []

    package init(_ arguments: String...) throws {
        // One at a time, or another child could inherit the end of this pipe before it is marked.
        (process, output) = try Self.starting.withLock { _ in try Self.start(arguments) }
    }

    private static let starting = Mutex(())

    private static func start(_ arguments: [String]) throws -> (pid_t, Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw TestStore.Missing() }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let path = Plugin.folder + "/storage-sqlite-child"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var started: pid_t = 0
        let status = posix_spawn(&started, path, &actions, nil, words, environ)
        close(ends[1])
        guard status == 0 else {
            close(ends[0])
            throw TestStore.Missing()
        }
        return (started, ends[0])
    }

    /// The next line it prints, nil at its end.
    package func line() -> String? {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffered.removeSubrange(...end) }
                return String(decoding: buffered[..<end], as: UTF8.self)
            }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(output, &bytes, bytes.count)
            guard count > 0 else { return nil }
            buffered += bytes.prefix(count)
        }
    }

    package func lines() -> [String] {
        var all: [String] = []
        while let next = line() { all.append(next) }
        return all
    }

    /// Ends it as a crash does. What it had printed can still be read.
    package func kill() { _ = Glibc.kill(process, SIGKILL) }

    /// Waits for its end.
    package func wait() {
        var status: Int32 = 0
        waitpid(process, &status, 0)
        close(output)
    }
}
