internal import VaisHost
internal import VaisModel
package import VaisProtocol

/// One user as stored.
struct UserRecord {
    var id: String
    var name: String
    var email: String?
    var password: String
    var isAdmin: Bool
    var created: Timestamp

    init(_ row: Row) throws(StorageError) {
        id = try row.text(0)
        name = try row.text(1)
        email = try row.optionalText(3)
        password = try row.text(4)
        isAdmin = try row.bool(5)
        created = Timestamp(microseconds: try row.time(6))
    }

    /// The e-mail address is nobody else's business, so it is only told to the account itself at registration and login.
    func info(email: Bool) -> UserInfo {
        UserInfo(id: id, username: name, email: email ? self.email : nil, isAdmin: isAdmin)
    }
}

extension Registry {
    /// Creates an account, if the operator allows anybody to.
    package func register(_ request: RegisterRequest) async throws(Problem) -> UserInfo {
        guard settings.openRegistration else { throw .registrationClosed }
        return try await createUser(
            request.username, password: request.password, email: request.email, isAdmin: false, actor: request.username)
    }

    /// Creates the first administrator when there is no user yet. False when there is one.
    package func createFirstAdmin(_ username: String, password: String) async throws(Problem) -> Bool {
        guard try await !hasUsers() else { return false }
        _ = try await createUser(username, password: password, email: nil, isAdmin: true, actor: username)
        return true
    }

    package func hasUsers() async throws(Problem) -> Bool {
        try await storing { () throws(StorageError) in
            try await !records.scan(shapes.anyUser(), after: nil, limit: 1).rows.isEmpty
        }
    }

    /// A password for an account whose owner did not choose one: 32 hexadecimal digits.
    package static func newPassword() -> String {
        String(Secrets.token().dropFirst(Secrets.tokenPrefix.count).prefix(32))
    }

    package func createUser(
        _ username: String, password: String, email: String?, isAdmin: Bool, actor: String
    ) async throws(Problem) -> UserInfo {
        try Username.check(username)
        try Self.check(password: password)
        if let email { try Self.check(email: email) }
        let hash = try await hashing { () throws(PluginError) in try await passwords.hash(Array(password.utf8)) }
        let id = Secrets.uuid()
        let now = Value.time(Timestamp.now().microseconds)
        do throws(StorageError) {
            try await log.commit(Event(kind: .userCreated, actor: actor, detail: username)) { _ in
                Batch(operations: [
                    shapes.insertUser(
                        .text(id), .text(username), .text(Username.identity(username)), .text(email), .text(hash),
                        .bool(isAdmin), now, now)
                ])
            }
        } catch {
            throw error.code == .exists ? .userExists(username) : Problem(error)
        }
        return UserInfo(id: id, username: username, email: email, isAdmin: isAdmin)
    }

    /// Exchanges a password for a token. Takes as long for a user who does not exist as for a wrong password.
    package func login(_ request: LoginRequest) async throws(Problem) -> LoginResponse {
        try attempts.begin(request.username)
        guard request.password.utf8.count <= ProtocolLimits.passwordBytes else { throw .invalidCredentials }
        let user = try await user(named: request.username)
        let secret = Array(request.password.utf8)
        let matches = try await hashing { () throws(PluginError) in
            try await passwords.verify(secret, against: user?.password ?? nobodysPassword)
        }
        guard let user, matches else {
            throw .invalidCredentials
        }
        attempts.succeeded(request.username)
        if await passwords.needsRehash(user.password) { await rehash(user, secret) }
        let scopes: [TokenScope] = user.isAdmin ? TokenScope.allCases : [.publish, .yank, .read]
        let created = try await insertToken(
            name: "login", user: user.id, username: user.name, scopes: scopes, days: settings.tokenDays)
        return LoginResponse(token: created.token, expiresAt: created.expiresAt, user: user.info(email: true))
    }

    package func profile(of username: String) async throws(Problem) -> UserProfile {
        guard let user = try await user(named: username) else { throw .userNotFound(username) }
        return try await storing { () throws(StorageError) in
            let names = try await records.scanAll(shapes.packagesOfUser(.text(user.id)))
            var packages: [OwnedPackage] = []
            for row in try await records.get(
                try names.map { row throws(StorageError) in shapes.package(.text(try row.text(0))) })
            {
                guard let row else { continue }
                let package = try PackageRecord(row)
                packages.append(
                    OwnedPackage(name: package.name, description: package.description, downloads: package.downloads))
            }
            packages.sort { ($1.downloads, $0.name) < ($0.downloads, $1.name) }
            return UserProfile(username: user.name, createdAt: user.created, packages: packages)
        }
    }

    func user(named username: String) async throws(Problem) -> UserRecord? {
        guard Username.isValid(username) else { return nil }
        return try await storing { () throws(StorageError) in
            try await records.get(shapes.userByIdentity(.text(Username.identity(username)))).map(UserRecord.init)
        }
    }

    func user(id: String) async throws(Problem) -> UserRecord? {
        try await storing { () throws(StorageError) in
            try await records.get(shapes.userByID(.text(id))).map(UserRecord.init)
        }
    }

    /// Failing to improve a hash is no reason to refuse the login that offered the chance.
    private func rehash(_ user: UserRecord, _ secret: [UInt8]) async {
        guard let hash = try? await passwords.hash(secret) else { return }
        try? await records.commit(
            Batch(operations: [shapes.setPassword(.text(user.id), .text(hash), .time(Timestamp.now().microseconds))]))
    }

    private static func check(password: String) throws(Problem) {
        guard password.utf8.count >= 8 else {
            throw Problem(.invalidUser, "The password is too short", hint: "use at least 8 characters")
        }
        guard password.utf8.count <= ProtocolLimits.passwordBytes else {
            throw Problem(.invalidUser, "The password is longer than \(ProtocolLimits.passwordBytes) bytes")
        }
    }

    private static func check(email: String) throws(Problem) {
        let bytes = email.utf8
        guard bytes.count <= 254, bytes.contains(UInt8(ascii: "@")), bytes.allSatisfy({ $0 > 32 && $0 != 127 }) else {
            throw Problem(.invalidUser, "The e-mail address is not valid")
        }
    }
}

/// Runs a call of the password plugin and turns its failure into what a client may see.
func hashing<T>(_ body: () async throws(PluginError) -> T) async throws(Problem) -> T {
    do throws(PluginError) {
        return try await body()
    } catch {
        throw Problem(fault: error)
    }
}
