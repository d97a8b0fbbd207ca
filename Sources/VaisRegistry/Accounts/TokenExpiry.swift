internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Removes some tokens that have expired, the oldest first, each with an event of its own. Gives how many it found: fewer than
    /// `limit` when those were all.
    @discardableResult
    package func removeExpiredTokens(limit: Int = 100, at now: Timestamp = .now()) async throws(Problem) -> Int {
        let latest = Value.time(now.microseconds - Self.tokenGrace)
        return try await storing { () throws(StorageError) in
            let rows = try await records.scan(shapes.expiriesBefore(latest), after: nil, limit: limit).rows
            for row in rows {
                try await removeExpired(try row.text(1), Timestamp(microseconds: try row.time(0)))
            }
            return rows.count
        }
    }

    /// Expired tokens stay for a day. Who still uses one is told that it has expired, and a clock that is wrong for some hours ends no
    /// token for ever.
    private static let tokenGrace: Int64 = 86_400_000_000

    static func isRemovable(_ expires: Timestamp, at now: Timestamp) -> Bool {
        expires.microseconds < now.microseconds - tokenGrace
    }

    /// Removes one token, unless somebody else has.
    func removeExpired(_ token: String, _ expires: Timestamp) async throws(StorageError) {
        let forgetting = shapes.deleteExpiry(.time(expires.microseconds), .text(token))
        do throws(StorageError) {
            try await log.commit(Event(kind: .tokenExpired, actor: "", detail: token)) { _ in
                Batch(
                    guards: [shapes.requireToken(.text(token))],
                    operations: [shapes.deleteToken(.text(token)), forgetting])
            }
        } catch {
            guard error.code == .guardFailed, error.place == .requirement(0) else { throw error }
            try await records.commit(Batch(operations: [forgetting]))
        }
    }
}
