/// Runs `work` on threads that may block, and gives back its own kind of error.
func blocking<T: Sendable>(
    _ threads: BlockingThreads, _ work: @escaping @Sendable () throws(StorageError) -> T
) async throws(StorageError) -> T {
    do { return try await threads.run(work) } catch { throw StorageError(ofBlocking: error) }
}

extension StorageError {
    /// What `BlockingThreads.run` threw.
    init(ofBlocking error: any Error) {
        switch error {
        case let error as StorageError: self = error
        case let stuck as StuckCall: self = .stuck(stuck)
        case let refusal as ThreadsStuck: self = .notAnswering(refusal.call)
        case is NoThreads: self = .noThreads
        default: self = .closed
        }
    }
}
