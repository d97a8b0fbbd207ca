package import VaisModel

/// A token in the list of its owner. Neither the token nor its hash is ever in an answer.
package struct TokenInfo: JSONShape, Equatable {
    package var id: String
    package var userID: String
    package var name: String
    package var scopes: [String]
    package var expiresAt: Timestamp?
    package var lastUsedAt: Timestamp?
    package var createdAt: Timestamp

    package init(
        id: String, userID: String, name: String, scopes: [String], expiresAt: Timestamp?, lastUsedAt: Timestamp?,
        createdAt: Timestamp
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.scopes = scopes
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.createdAt = createdAt
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        id = try object.string("id")
        userID = try object.string("user_id")
        name = try object.string("name")
        scopes = try object.strings("scopes")
        expiresAt = try object.optionalParsed("expires_at", Timestamp.init(parsing:))
        lastUsedAt = try object.optionalParsed("last_used_at", Timestamp.init(parsing:))
        createdAt = try object.parsed("created_at", Timestamp.init(parsing:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("user_id", userID)
            writer.member("name", name)
            writer.member("scopes", scopes)
            writer.member("expires_at", orNull: expiresAt?.rfc3339)
            writer.member("last_used_at", orNull: lastUsedAt?.rfc3339)
            writer.member("created_at", createdAt.rfc3339)
        }
    }
}
