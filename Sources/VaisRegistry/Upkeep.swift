internal import VaisHost
internal import VaisProtocol

extension Registry {
    /// Removes what has had its time, a little at once: some seconds from now, then once in each interval. Returns when its task is
    /// cancelled. A store that does not answer is no matter: the next time removes more.
    package func keepUp(every interval: Duration) async {
        // The first requests after a start have enough to wait for.
        try? await Task.sleep(for: min(interval, .seconds(30)))
        while !Task.isCancelled {
            await repeating { () throws(Problem) in try await removeExpiredTokens(limit: Self.upkeepStep) }
            await repeating { () throws(Problem) in
                try await storing { () throws(StorageError) in
                    try await downloads.forgetOldFlushes(limit: Self.upkeepStep)
                }
            }
            try? await Task.sleep(for: interval)
        }
    }

    private static let upkeepStep = 100

    /// Full steps are followed by another, after a moment for everybody else.
    private func repeating(_ step: () async throws(Problem) -> Int) async {
        while !Task.isCancelled, let found = try? await step(), found >= Self.upkeepStep {
            try? await Task.sleep(for: .milliseconds(200))
        }
    }
}
