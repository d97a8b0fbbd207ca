internal import Synchronization

/// The answer one caller waits for, given exactly once. Thread-safe.
final class PendingAnswer<Value: Sendable>: Sendable {
    typealias Answer = Result<Value, StorageError>

    private enum State {
        case new
        case waiting(CheckedContinuation<Answer, Never>)
        /// Someone works on it and will settle it.
        case taken(CheckedContinuation<Answer, Never>)
        /// Settled before the caller began to wait.
        case early(Answer)
        case settled
    }

    private let state = Mutex(State.new)

    func wait(_ continuation: CheckedContinuation<Answer, Never>) {
        let early: Answer? = state.withLock { state in
            if case .early(let answer) = state {
                state = .settled
                return answer
            }
            state = .waiting(continuation)
            return nil
        }
        if let early { continuation.resume(returning: early) }
    }

    /// Begins the work; false when there is nobody left to work for.
    func take() -> Bool {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return false }
            state = .taken(continuation)
            return true
        }
    }

    /// Only the first answer counts.
    func settle(_ answer: Answer) { settle(answer, evenIfTaken: true) }

    /// Settles it unless work has begun.
    func withdraw(_ error: StorageError) { settle(.failure(error), evenIfTaken: false) }

    private func settle(_ answer: Answer, evenIfTaken: Bool) {
        let continuation: CheckedContinuation<Answer, Never>? = state.withLock { state in
            switch state {
            case .new:
                state = .early(answer)
                return nil
            case .waiting(let continuation):
                state = .settled
                return continuation
            case .taken(let continuation):
                guard evenIfTaken else { return nil }
                state = .settled
                return continuation
            case .early, .settled: return nil
            }
        }
        continuation?.resume(returning: answer)
    }
}
