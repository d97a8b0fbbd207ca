/// The answer of `/health`.
package struct Health: JSONShape, Equatable {
    package var status: String
    package var version: String
    /// What an acknowledged change survives when that is not everything: "process" (the end of the process, not power loss) or "none".
    package var durability: String?

    package init(status: String = "ok", version: String, durability: String? = nil) {
        self.status = status
        self.version = version
        self.durability = durability
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        status = try object.string("status")
        version = try object.string("version")
        durability = try object.optionalString("durability")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            writer.member("version", version)
            if let durability { writer.member("durability", durability) }
        }
    }
}
