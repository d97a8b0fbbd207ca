package import VaisModel

/// The answer to a publish: what is now in the registry, with the SHA-256 of the uploaded bytes.
package struct PublishResponse: JSONShape, Equatable {
    package var name: PackageName
    package var version: Version
    package var checksum: Checksum

    package init(name: PackageName, version: Version, checksum: Checksum) {
        self.name = name
        self.version = version
        self.checksum = checksum
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.parsed("name", PackageName.init(parsing:))
        version = try object.parsed("version", Version.init(parsing:))
        checksum = try object.parsed("checksum", Checksum.init(parsing:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("version", version.description)
            writer.member("checksum", checksum.hex)
        }
    }
}
