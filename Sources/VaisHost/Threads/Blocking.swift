/// Runs `work` on threads that may block, and gives back its own kind of error.
func blocking<T: Sendable>(
    _ threads: BlockingThreads, _ work: @escaping @Sendable () throws(StorageError) -> T
) async throws(StorageError) -> T {
    do {
        return try await threads.run(work)
    } catch let error as StorageError {
        throw error
    } catch is NoThreads {
        throw .noThreads
    } catch {
        throw .closed
    }
}
