package import VaisModel

/// An account as everybody sees it: the answer of `/users/{username}`. `email` is always null on the wire.
package struct UserProfile: JSONShape, Equatable {
    package var username: String
    package var createdAt: Timestamp
    /// The most downloaded first.
    package var packages: [OwnedPackage]

    package init(username: String, createdAt: Timestamp, packages: [OwnedPackage]) {
        self.username = username
        self.createdAt = createdAt
        self.packages = packages
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        username = try object.string("username")
        createdAt = try object.parsed("created_at", Timestamp.init(parsing:))
        packages = try object.list("packages", of: OwnedPackage.init(json:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("username", username)
            writer.member("email", orNull: nil)
            writer.member("created_at", createdAt.rfc3339)
            writer.member("packages", packages)
        }
    }
}

/// A package in a `UserProfile`.
package struct OwnedPackage: JSONShape, Equatable {
    package var name: PackageName
    package var description: String?
    package var downloads: UInt64

    package init(name: PackageName, description: String?, downloads: UInt64) {
        self.name = name
        self.description = description
        self.downloads = downloads
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.parsed("name", PackageName.init(parsing:))
        description = try object.optionalString("description")
        downloads = try object.optionalCount("downloads") ?? 0
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("description", orNull: description)
            writer.member("downloads", downloads)
        }
    }
}
