internal import Glibc

/// A right that a single process has at a time: the lock (`flock`) on a folder. The kernel takes it back when the process ends, however it
/// ends. Where the file system knows no locks everybody has it.
package final class ProcessLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits without occupying a thread. `waiting` is called once, if it takes longer than `patience`. Throws when the folder cannot be
    /// opened, and when the task is cancelled.
    package static func take(
        folder: String, noticeAfter patience: Duration, waiting: @Sendable () -> Void
    ) async throws(ClientError) -> ProcessLock {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.failure("open", folder) }
        let lock = ProcessLock(descriptor)
        var pause = Duration.milliseconds(2)
        var waited = Duration.zero
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            let before = waited
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw ClientError(error)
            }
            waited += pause
            pause = min(pause * 2, .milliseconds(50))
            if before < patience, waited >= patience { waiting() }
        }
        return lock
    }
}
