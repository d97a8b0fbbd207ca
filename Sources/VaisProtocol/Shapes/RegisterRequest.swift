/// The body of `/auth/register`, which `UserInfo` answers.
package struct RegisterRequest: JSONShape, Equatable {
    package var username: String
    package var password: String
    package var email: String?

    package init(username: String, password: String, email: String? = nil) {
        self.username = username
        self.password = password
        self.email = email
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        username = try object.string("username")
        password = try object.string("password")
        email = try object.optionalString("email")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("username", username)
            writer.member("password", password)
            writer.member("email", ifPresent: email)
        }
    }
}
