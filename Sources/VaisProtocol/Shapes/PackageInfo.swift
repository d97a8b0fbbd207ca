package import VaisModel

/// All about one package: the answer of `/packages/{name}`. What is unset is null.
package struct PackageInfo: JSONShape, Equatable {
    package var name: PackageName
    package var description: String?
    package var homepage: String?
    package var repository: String?
    package var documentation: String?
    package var license: String?
    package var keywords: [String]
    package var categories: [String]
    /// Downloads of all releases together.
    package var downloads: UInt64
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The newest-published first.
    package var versions: [VersionInfo]
    /// The owners' user names.
    package var owners: [String]

    package init(
        name: PackageName, description: String? = nil, homepage: String? = nil, repository: String? = nil,
        documentation: String? = nil, license: String? = nil, keywords: [String] = [], categories: [String] = [],
        downloads: UInt64, createdAt: Timestamp, updatedAt: Timestamp, versions: [VersionInfo], owners: [String]
    ) {
        self.name = name
        self.description = description
        self.homepage = homepage
        self.repository = repository
        self.documentation = documentation
        self.license = license
        self.keywords = keywords
        self.categories = categories
        self.downloads = downloads
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.versions = versions
        self.owners = owners
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.parsed("name", PackageName.init(parsing:))
        description = try object.optionalString("description")
        homepage = try object.optionalString("homepage")
        repository = try object.optionalString("repository")
        documentation = try object.optionalString("documentation")
        license = try object.optionalString("license")
        keywords = try object.strings("keywords")
        categories = try object.strings("categories")
        downloads = try object.optionalCount("downloads") ?? 0
        createdAt = try object.parsed("created_at", Timestamp.init(parsing:))
        updatedAt = try object.parsed("updated_at", Timestamp.init(parsing:))
        versions = try object.list("versions", of: VersionInfo.init(json:))
        owners = try object.strings("owners")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("description", orNull: description)
            writer.member("homepage", orNull: homepage)
            writer.member("repository", orNull: repository)
            writer.member("documentation", orNull: documentation)
            writer.member("license", orNull: license)
            writer.member("keywords", keywords)
            writer.member("categories", categories)
            writer.member("downloads", downloads)
            writer.member("created_at", createdAt.rfc3339)
            writer.member("updated_at", updatedAt.rfc3339)
            writer.member("versions", versions)
            writer.member("owners", owners)
        }
    }
}
