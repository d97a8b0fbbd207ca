internal import Synchronization

/// Work for a thread, and who waits for it.
final class BlockingJob: WatchedJob {
    private let work: @Sendable () -> Void
    private let fail: @Sendable (any Error) -> Void

    /// Answers `continuation` once, by the work's outcome or by what prevented it.
    init<T: Sendable>(_ continuation: CheckedContinuation<T, any Error>, _ work: @escaping @Sendable () throws -> T) {
        let waiting = Waiting(continuation)
        self.work = {
            let result = Result { try work() }
            waiting.take()?.resume(with: result)
        }
        fail = { waiting.take()?.resume(throwing: $0) }
    }

    init(_ work: @escaping @Sendable () -> Void) {
        self.work = work
        fail = { _ in }
    }

    func run() { work() }
    func giveUp(_ call: StuckCall) { fail(call) }
    func refuse(_ error: any Error) { fail(error) }
}

private final class Waiting<T: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<T, any Error>?>

    init(_ continuation: CheckedContinuation<T, any Error>) { self.continuation = Mutex(continuation) }

    func take() -> CheckedContinuation<T, any Error>? {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
    }
}
