package import VaisModel

/// The body of `POST /auth/tokens`.
package struct CreateTokenRequest: JSONShape, Equatable {
    package var name: String
    /// Empty stands for `TokenScope.standard`. The server refuses scopes that it does not know.
    package var scopes: [String]
    /// Nil for a token that does not expire.
    package var expiresInDays: UInt32?

    package init(name: String, scopes: [String] = [], expiresInDays: UInt32? = nil) {
        self.name = name
        self.scopes = scopes
        self.expiresInDays = expiresInDays
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.string("name")
        scopes = try object.strings("scopes")
        expiresInDays = try object.optional("expires_in_days") { (json: JSONValue) throws(ProtocolError) in
            guard let days = UInt32(exactly: try json.count()) else {
                throw ProtocolError(.unexpected, "expected at most \(UInt32.max)")
            }
            return days
        }
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("scopes", ifAny: scopes)
            if let expiresInDays { writer.member("expires_in_days", expiresInDays) }
        }
    }
}

/// The answer to a token's creation: the only time the token is seen.
package struct CreateTokenResponse: JSONShape, Equatable {
    package var id: String
    package var token: String
    package var name: String
    package var scopes: [String]
    package var expiresAt: Timestamp?

    package init(id: String, token: String, name: String, scopes: [String], expiresAt: Timestamp?) {
        self.id = id
        self.token = token
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        id = try object.string("id")
        token = try object.string("token")
        name = try object.string("name")
        scopes = try object.strings("scopes")
        expiresAt = try object.optionalParsed("expires_at", Timestamp.init(parsing:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("token", token)
            writer.member("name", name)
            writer.member("scopes", scopes)
            writer.member("expires_at", orNull: expiresAt?.rfc3339)
        }
    }
}
