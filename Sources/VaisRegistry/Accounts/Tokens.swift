internal import VaisHost
package import VaisModel
package import VaisProtocol

extension Registry {
    /// Who holds this token. Writes at most once a minute for one token.
    package func authenticate(_ token: String, at now: Timestamp = .now()) async throws(Problem) -> Caller {
        guard Secrets.isToken(token) else { throw .invalidToken }
        let hash = try hash(token)
        let found = try await storing { () throws(StorageError) in
            try await records.get(shapes.tokenByHash(.bytes(hash))).map(TokenRecord.init)
        }
        guard let found else { throw .invalidToken }
        if let expires = found.expires, expires <= now {
            // Nobody waits for the removal to succeed: the schedule would do it too.
            if Self.isRemovable(expires, at: now) { _ = try? await removeExpired(found.id, expires) }
            throw .tokenExpired
        }
        guard let user = try await user(id: found.user) else { throw .invalidToken }
        if (found.lastUsed?.microseconds ?? 0) < now.microseconds - Self.lastUsePrecision {
            // Nobody's request fails because its time could not be noted.
            try? await records.commit(
                Batch(operations: [shapes.touchToken(.text(found.id), .time(now.microseconds))]))
        }
        return Caller(
            userID: user.id, username: user.name, isAdmin: user.isAdmin, scopes: Set(found.scopes), tokenID: found.id)
    }

    package func me(_ caller: Caller) -> UserInfo {
        UserInfo(id: caller.userID, username: caller.username, email: nil, isAdmin: caller.isAdmin)
    }

    /// The caller's tokens, newest first; of very many only the newest.
    package func tokens(of caller: Caller) async throws(Problem) -> [TokenInfo] {
        try await storing { () throws(StorageError) in
            let use = shapes.tokensOfUser(.text(caller.userID))
            return try await records.scan(use, after: nil, limit: Self.mostListed).rows.map {
                row throws(StorageError) in
                let token = try TokenRecord(row)
                return TokenInfo(
                    id: token.id, userID: token.user, name: token.name, scopes: token.scopes.map(\.rawValue),
                    expiresAt: token.expires, lastUsedAt: token.lastUsed, createdAt: token.created)
            }
        }
    }

    /// Makes a token with some of the caller's scopes: none can make a stronger one, nor one that outlives it.
    package func createToken(_ request: CreateTokenRequest, by caller: Caller) async throws(Problem)
        -> CreateTokenResponse
    {
        guard (1...ProtocolLimits.tokenBytes).contains(request.name.utf8.count) else {
            throw .invalidParameter("name", "1 to \(ProtocolLimits.tokenBytes) bytes")
        }
        var scopes: [TokenScope] = []
        for text in request.scopes {
            guard let scope = TokenScope(rawValue: text) else { throw .invalidScope(text) }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        if scopes.isEmpty { scopes = TokenScope.standard }
        if scopes.contains(.admin), !caller.isAdmin {
            throw .forbidden("only an administrator can have the scope admin")
        }
        for scope in scopes { try caller.require(scope) }
        let own = try await storing { () throws(StorageError) in
            try await records.get(shapes.tokenByID(.text(caller.tokenID))).map(TokenRecord.init)
        }
        guard let own else { throw .invalidToken }
        let created = try await insertToken(
            name: request.name, user: caller.userID, username: caller.username, scopes: scopes,
            days: request.expiresInDays, latest: own.expires, parent: caller.tokenID)
        return CreateTokenResponse(
            id: created.id, token: created.token, name: request.name, scopes: scopes.map(\.rawValue),
            expiresAt: created.expiresAt)
    }

    /// Ends a token of the caller's.
    package func revokeToken(_ id: String, by caller: Caller) async throws(Problem) {
        guard Secrets.isUUID(id) else { throw .invalidParameter("id", "a UUID") }
        let found = try await storing { () throws(StorageError) in
            try await records.get(shapes.tokenByID(.text(id.lowercased()))).map(TokenRecord.init)
        }
        guard let found, found.user == caller.userID else { throw .tokenNotFound(id) }
        try await storing { () throws(StorageError) in
            try await log.commit(Event(kind: .tokenRevoked, actor: caller.username, detail: found.id)) { _ in
                Batch(
                    operations: [shapes.deleteToken(.text(found.id))]
                        + (found.expires.map { [shapes.deleteExpiry(.time($0.microseconds), .text(found.id))] } ?? []))
            }
        }
    }

    func insertToken(
        name: String, user: String, username: String, scopes: [TokenScope], days: UInt32?, latest: Timestamp? = nil,
        parent: String? = nil
    ) async throws(Problem) -> (id: String, token: String, expiresAt: Timestamp?) {
        let token = Secrets.token()
        let hash = try hash(token)
        let id = Secrets.uuid()
        let now = Timestamp.now()
        var expires = days.map {
            Timestamp(microseconds: now.microseconds + Int64(min($0, Self.mostDays)) * 86_400_000_000)
        }
        if let latest { expires = min(expires ?? latest, latest) }
        let expiry = expires
        do throws(StorageError) {
            try await log.commit(Event(kind: .tokenCreated, actor: username, detail: id)) { _ in
                Batch(
                    // A token that is revoked at this moment has no successor.
                    guards: [shapes.requireUser(.text(user))] + (parent.map { [shapes.requireToken(.text($0))] } ?? []),
                    operations: [
                        shapes.insertToken(
                            .text(id), .text(user), .text(name), .bytes(hash),
                            .text(scopes.map(\.rawValue).joined(separator: " ")), .time(expiry?.microseconds), .null,
                            .time(now.microseconds))
                    ] + (expiry.map { [shapes.insertExpiry(.time($0.microseconds), .text(id))] } ?? []))
            }
        } catch {
            // The token that this one was to be made with has ended meanwhile.
            if error.code == .guardFailed, error.place == .requirement(1) { throw .invalidToken }
            throw Problem(error)
        }
        return (id, token, expires)
    }

    private func hash(_ token: String) throws(Problem) -> [UInt8] {
        do {
            return try Array(token.utf8).withUnsafeBytes { try digester.sha256(of: $0) }.bytes
        } catch {
            throw Problem(fault: error)
        }
    }

    /// Some 2,700 years: what a client may ask for goes to 2^32 days, which neither 64 bits of microseconds nor RFC 3339 can hold.
    private static let mostDays: UInt32 = 1_000_000

    private static let mostListed = 1000

    /// Microseconds.
    private static let lastUsePrecision: Int64 = 60_000_000
}

/// One token as stored.
private struct TokenRecord {
    var id: String
    var user: String
    var name: String
    var scopes: [TokenScope]
    var expires: Timestamp?
    var lastUsed: Timestamp?
    var created: Timestamp

    init(_ row: Row) throws(StorageError) {
        id = try row.text(0)
        user = try row.text(1)
        name = try row.text(2)
        scopes = try row.text(4).split(separator: " ").compactMap { TokenScope(rawValue: String($0)) }
        expires = try row.optionalTime(5).map { Timestamp(microseconds: $0) }
        lastUsed = try row.optionalTime(6).map { Timestamp(microseconds: $0) }
        created = Timestamp(microseconds: try row.time(7))
    }
}
