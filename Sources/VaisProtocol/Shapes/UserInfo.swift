/// An account as it sees itself. The original server never sent an address back in `/auth/me`, so there `email` is null.
package struct UserInfo: JSONShape, Equatable {
    package var id: String
    package var username: String
    package var email: String?
    package var isAdmin: Bool

    package init(id: String, username: String, email: String?, isAdmin: Bool) {
        self.id = id
        self.username = username
        self.email = email
        self.isAdmin = isAdmin
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        id = try object.string("id")
        username = try object.string("username")
        email = try object.optionalString("email")
        isAdmin = try object.bool("is_admin", default: false)
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("username", username)
            writer.member("email", orNull: email)
            writer.member("is_admin", isAdmin)
        }
    }
}
