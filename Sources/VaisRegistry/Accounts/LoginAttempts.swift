internal import Synchronization
internal import VaisProtocol

/// Slows down guessing: after some failures for one user name, further attempts are refused for a while without looking at the password.
/// Counted on this node; thread-safe.
final class LoginAttempts: Sendable {
    private struct Record {
        var failures = 0
        var windowEnd: ContinuousClock.Instant
    }

    private static let allowed = 10
    private static let window = Duration.seconds(300)
    /// More names than this at once is an attack on our memory: the oldest windows go.
    private static let capacity = 10_000

    private let records = Mutex<[String: Record]>([:])

    /// Throws when the name has failed too often.
    func check(_ identity: String) throws(Problem) {
        let now = ContinuousClock.now
        let wait: Duration? = records.withLock { records in
            guard let record = records[identity], record.failures >= Self.allowed else { return nil }
            guard record.windowEnd > now else {
                records[identity] = nil
                return nil
            }
            return record.windowEnd - now
        }
        if let wait { throw .rateLimited(retryAfter: Int(wait / .seconds(1)) + 1) }
    }

    func failed(_ identity: String) {
        let now = ContinuousClock.now
        records.withLock { records in
            if records.count >= Self.capacity { records = records.filter { $0.value.windowEnd > now } }
            if records.count >= Self.capacity { records.removeAll() }
            var record = records[identity] ?? Record(windowEnd: now + Self.window)
            if record.windowEnd <= now { record = Record(windowEnd: now + Self.window) }
            record.failures += 1
            records[identity] = record
        }
    }

    func succeeded(_ identity: String) {
        _ = records.withLock { $0.removeValue(forKey: identity) }
    }
}
