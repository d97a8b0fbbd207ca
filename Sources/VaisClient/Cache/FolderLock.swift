internal import Glibc

/// The right to fill one folder of the cache, which a single process has at a time; the kernel takes it back when the process ends,
/// however it ends. Where the file system knows no locks everybody has it: filling is safe without, only wasteful.
final class FolderLock: Sendable {
    private let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Waits without occupying a thread. `waiting` is called once, if it takes a while.
    static func take(_ folder: String, waiting: @Sendable () -> Void) async throws -> FolderLock {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.failure("open", folder) }
        let lock = FolderLock(descriptor)
        var pause = Duration.milliseconds(2)
        var waited = Duration.zero
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK || errno == EINTR {
            let before = waited
            try await Task.sleep(for: pause)
            waited += pause
            pause = min(pause * 2, .milliseconds(50))
            if before < .seconds(2), waited >= .seconds(2) { waiting() }
        }
        return lock
    }
}
