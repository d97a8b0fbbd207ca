/// Work for a thread that has a session.
protocol SessionJob: WatchedJob {
    func run(_ session: PluginSession)
    /// It will not be run.
    func refuse(_ error: StorageError)
}

/// One caller's call, and its answer.
final class SessionCall<T: Sendable>: SessionJob {
    let answer = PendingAnswer<T>()
    private let bounds: CallBounds
    private let work: @Sendable (PluginSession, CallBounds) throws(StorageError) -> T
    private let threads: SessionThreads

    init(
        timeout: Duration, threads: SessionThreads,
        _ work: @escaping @Sendable (PluginSession, CallBounds) throws(StorageError) -> T
    ) {
        bounds = CallBounds(timeout: timeout)
        self.threads = threads
        self.work = work
    }

    func run(_ session: PluginSession) {
        guard answer.take() else { return }
        guard bounds.deadline > PluginCall.monotonicNow() else { return answer.settle(.failure(.late)) }
        do throws(StorageError) {
            answer.settle(.success(try work(session, bounds)))
        } catch {
            answer.settle(.failure(error))
        }
    }

    /// The caller has given up.
    func cancel() {
        answer.settle(.failure(.cancelled))
        threads.interrupt(bounds)
    }

    func giveUp(_ call: StuckCall) {
        answer.settle(.failure(.stuck(call)))
        threads.interrupt(bounds)
    }

    func refuse(_ error: StorageError) { answer.settle(.failure(error)) }
}
