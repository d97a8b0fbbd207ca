/// What a registry says of itself to programs, at `/.well-known/vais-registry`.
///
///     {"api":["v1"],"index_format":1,"features":["changes","index"],"limits":{"upload_bytes":52428800},"version":"0.1.0"}
package struct RegistryDescription: JSONShape, Equatable {
    /// The versions of the interface, such as `v1`.
    package var api: [String]
    /// The format of its indexes; see `IndexDocument.format`.
    package var indexFormat: Int64
    /// What it offers beyond the original server: `changes`, `index`, `range`… Unknown ones are ignored.
    package var features: [String]
    package var uploadBytes: UInt64
    /// The server program's version.
    package var version: String

    package init(features: [String], uploadBytes: UInt64, version: String) {
        api = ["v1"]
        indexFormat = IndexDocument.format
        self.features = features
        self.uploadBytes = uploadBytes
        self.version = version
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        api = try object.strings("api")
        indexFormat = try object.required("index_format") { (json: JSONValue) throws(ProtocolError) in
            try json.integer()
        }
        features = try object.strings("features")
        uploadBytes = try object.required("limits") { (json: JSONValue) throws(ProtocolError) in
            try json.object().count("upload_bytes")
        }
        version = try object.string("version")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("api", api)
            writer.member("index_format", indexFormat)
            writer.member("features", features)
            writer.key("limits")
            writer.object { $0.member("upload_bytes", uploadBytes) }
            writer.member("version", version)
        }
    }
}
