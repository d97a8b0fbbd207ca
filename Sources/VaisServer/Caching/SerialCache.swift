internal import Synchronization
internal import VaisProtocol

/// One value that is right until the registry's next change. Built once however many ask at the same time. Thread-safe.
final class SerialCache<Value: Sendable>: Sendable {
    private struct State {
        var task: Task<Result<Value, Problem>, Never>?
        var serial: UInt64 = 0
    }

    private let serial: @Sendable () -> UInt64
    private let build: @Sendable () async throws -> Value
    private let state = Mutex(State())

    /// - Parameter serial: that of the last change.
    init(serial: @escaping @Sendable () -> UInt64, build: @escaping @Sendable () async throws -> Value) {
        self.serial = serial
        self.build = build
    }

    func value() async throws(Problem) -> Value {
        let task = state.withLock { state in
            // Read before the build begins: a value may then be newer than its serial, never older.
            let now = serial()
            if let task = state.task, state.serial == now { return task }
            let task = Task { [build] () -> Result<Value, Problem> in
                do {
                    return .success(try await build())
                } catch {
                    return .failure(error as? Problem ?? .fault(error))
                }
            }
            (state.task, state.serial) = (task, now)
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
