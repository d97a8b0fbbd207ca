internal import Synchronization
internal import VaisProtocol

/// One value that is right until the next change of what it is made of. Built once however many ask at the same time. Thread-safe.
final class ChangeCache<Value: Sendable>: Sendable {
    private struct State {
        var task: Task<Result<Value, Problem>, Never>?
        var changes: UInt64 = 0
    }

    private let changes: @Sendable () -> UInt64
    private let build: @Sendable () async throws -> Value
    private let state = Mutex(State())

    /// - Parameter changes: how many changes there were.
    init(changes: @escaping @Sendable () -> UInt64, build: @escaping @Sendable () async throws -> Value) {
        self.changes = changes
        self.build = build
    }

    func value() async throws(Problem) -> Value {
        let task = state.withLock { state in
            // Read before the build begins: a value may then be newer than its number, never older.
            let now = changes()
            if let task = state.task, state.changes == now { return task }
            let task = Task { [build] () -> Result<Value, Problem> in
                do {
                    return .success(try await build())
                } catch {
                    return .failure(error as? Problem ?? .fault(error))
                }
            }
            (state.task, state.changes) = (task, now)
            return task
        }
        let result = await task.value
        if case .failure = result { forget(task) }
        return try result.get()
    }

    /// What failed is tried again by whoever asks next.
    private func forget(_ task: Task<Result<Value, Problem>, Never>) {
        state.withLock { state in
            if state.task == task { state.task = nil }
        }
    }
}
