/// The answer of `/health`.
package struct Health: JSONShape, Equatable {
    package var status: String
    package var version: String

    package init(status: String = "ok", version: String) {
        self.status = status
        self.version = version
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        status = try object.string("status")
        version = try object.string("version")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            writer.member("version", version)
        }
    }
}
