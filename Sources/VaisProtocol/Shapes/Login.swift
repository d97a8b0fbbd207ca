package import VaisModel

/// The body of `/auth/login`.
package struct LoginRequest: JSONShape, Equatable {
    package var username: String
    package var password: String

    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        username = try object.string("username")
        password = try object.string("password")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("username", username)
            writer.member("password", password)
        }
    }
}

/// The answer to a login: the only time the token is seen.
package struct LoginResponse: JSONShape, Equatable {
    package var token: String
    package var expiresAt: Timestamp?
    package var user: UserInfo

    package init(token: String, expiresAt: Timestamp?, user: UserInfo) {
        self.token = token
        self.expiresAt = expiresAt
        self.user = user
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        token = try object.string("token")
        expiresAt = try object.optionalParsed("expires_at", Timestamp.init(parsing:))
        user = try object.required("user", UserInfo.init(json:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("token", token)
            writer.member("expires_at", orNull: expiresAt?.rfc3339)
            writer.member("user", user)
        }
    }
}
