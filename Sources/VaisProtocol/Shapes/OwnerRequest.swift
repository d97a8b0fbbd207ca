/// The body of `POST /packages/{name}/owners`.
package struct OwnerRequest: JSONShape, Equatable {
    package var username: String

    package init(username: String) { self.username = username }

    package init(json: JSONValue) throws(ProtocolError) {
        username = try json.object().string("username")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { $0.member("username", username) }
    }
}
