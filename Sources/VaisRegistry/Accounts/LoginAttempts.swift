internal import Synchronization
internal import VaisProtocol

/// Slows down guessing: after some failures for one user name, further attempts are refused for a while without looking at the password.
/// Counted on this node; thread-safe.
final class LoginAttempts: Sendable {
    private struct Record {
        var attempts = 0
        var windowEnd: ContinuousClock.Instant
    }

    private static let allowed = 10
    private static let window = Duration.seconds(300)
    /// So many names are told apart; beyond that, and for texts that are no user names, all share one record.
    private static let capacity = 10_000
    private static let shared = ""

    private let records = Mutex<[String: Record]>([:])

    /// Counts an attempt, before the password is looked at, so that many at once cannot slip through together. Throws when there have
    /// been too many.
    func begin(_ username: String) throws(Problem) {
        let now = ContinuousClock.now
        let wait: Duration? = records.withLock { records in
            let key = Self.key(username, in: &records, now)
            var record = records[key] ?? Record(windowEnd: now + Self.window)
            if record.windowEnd <= now { record = Record(windowEnd: now + Self.window) }
            if record.attempts >= Self.limit(of: key) { return record.windowEnd - now }
            record.attempts += 1
            records[key] = record
            return nil
        }
        if let wait { throw .rateLimited(retryAfter: Int(wait / .seconds(1)) + 1) }
    }

    /// The name's earlier failures are forgiven.
    func succeeded(_ username: String) {
        _ = records.withLock { $0.removeValue(forKey: Username.identity(username)) }
    }

    private static func key(
        _ username: String, in records: inout [String: Record], _ now: ContinuousClock.Instant
    ) -> String {
        guard Username.isValid(username) else { return shared }
        let identity = Username.identity(username)
        if records[identity] != nil || records.count < capacity { return identity }
        // A flood of invented names must not set anybody's count back: only what has run out goes.
        records = records.filter { $0.value.windowEnd > now }
        return records.count < capacity ? identity : shared
    }

    private static func limit(of key: String) -> Int { key == shared ? allowed * 100 : allowed }
}
