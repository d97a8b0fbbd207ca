internal import VaisHost
package import VaisModel
package import VaisProtocol

/// What a user does at a registry beside publishing and installing.
package struct RegistryAccount: Sendable {
    let connection: ServerConnection

    package init(_ connection: ServerConnection) { self.connection = connection }

    /// Exchanges a password for a token.
    package func login(_ username: String, password: String) async throws(ClientError) -> LoginResponse {
        try await asking { () throws in
            try LoginResponse(
                parsing: try await connection.send(
                    "POST", Routes.login, headers: Self.json,
                    body: .bytes(LoginRequest(username: username, password: password).encoded())
                ).body)
        }
    }

    /// Whose token is in use.
    package func whoAmI() async throws(ClientError) -> UserInfo {
        try await asking { () throws in
            try UserInfo(parsing: try await connection.send("GET", Routes.me, authorization: .required).body)
        }
    }

    package func setYanked(_ yanked: Bool, _ release: ReleaseID, _ reason: Yank) async throws(ClientError) {
        try await asking { () throws in
            _ = try await connection.send(
                "POST", yanked ? Routes.yank(release) : Routes.unyank(release), headers: Self.json,
                body: .bytes(YankRequest(reason).encoded()), authorization: .required)
        }
    }

    package func addOwner(_ username: String, to name: PackageName) async throws(ClientError) {
        try await asking { () throws in
            _ = try await connection.send(
                "POST", Routes.owners(name), headers: Self.json,
                body: .bytes(OwnerRequest(username: username).encoded()),
                authorization: .required)
        }
    }

    package func removeOwner(_ username: String, from name: PackageName) async throws(ClientError) {
        try await asking { () throws in
            _ = try await connection.send("DELETE", Routes.owner(username, of: name), authorization: .required)
        }
    }

    package func search(_ text: String, limit: Int, offset: Int, sort: SearchSort) async throws(ClientError)
        -> SearchResult
    {
        try await asking { () throws in
            try SearchResult(
                parsing: try await connection.send(
                    "GET", Routes.search(text, page: VaisProtocol.Page(limit: limit, offset: offset), sort: sort),
                    authorization: .ifAsked
                ).body)
        }
    }

    package func info(_ name: PackageName) async throws(ClientError) -> PackageInfo {
        try await asking { () throws in
            try PackageInfo(
                parsing: try await connection.send(
                    "GET", Routes.package(name), headers: [("Accept", MediaType.json)], authorization: .ifAsked
                ).body)
        }
    }

    private static let json: [(name: String, value: String)] = [
        ("Content-Type", MediaType.json), ("Accept", MediaType.json),
    ]
}

private func asking<T>(_ body: () async throws -> T) async throws(ClientError) -> T {
    do {
        return try await body()
    } catch {
        throw ClientError(error)
    }
}
