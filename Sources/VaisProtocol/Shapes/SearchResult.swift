package import VaisModel

/// One page of a search or a list. `categories` is there for searches and absent from `/popular` and `/recent`.
package struct SearchResult: JSONShape, Equatable {
    package var packages: [SearchHit]
    /// How many packages match, on all pages.
    package var total: UInt64
    package var categories: [CategoryCount]?
    /// Where the next page of a list begins: its parameter `after`. Nil at the end, and for searches.
    package var next: String?
    /// The order of the packages when it is not the one that was asked for, because too many match to be sorted.
    package var sort: String?
    /// Whether so many match that `total` counts, and the order goes over, only the best of them.
    package var partial = false

    package init(packages: [SearchHit], total: UInt64, categories: [CategoryCount]? = nil) {
        self.packages = packages
        self.total = total
        self.categories = categories
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        packages = try object.list("packages", of: SearchHit.init(json:))
        total = try object.count("total")
        categories = try object.optional("categories") { (json: JSONValue) throws(ProtocolError) in
            try json.array(of: CategoryCount.init(json:))
        }
        next = try object.optionalString("next")
        sort = try object.optionalString("sort")
        partial = try object.bool("partial", default: false)
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("packages", packages)
            writer.member("total", total)
            if let categories { writer.member("categories", categories) }
            if let next { writer.member("next", next) }
            if let sort { writer.member("sort", sort) }
            if partial { writer.member("partial", true) }
        }
    }
}

/// One package that a search found.
package struct SearchHit: JSONShape, Equatable {
    package var name: PackageName
    package var description: String?
    /// The highest release that is not yanked.
    package var latestVersion: Version?
    package var downloads: UInt64
    package var keywords: [String]
    package var categories: [String]
    package var updatedAt: Timestamp

    package init(
        name: PackageName, description: String?, latestVersion: Version?, downloads: UInt64, keywords: [String],
        categories: [String], updatedAt: Timestamp
    ) {
        self.name = name
        self.description = description
        self.latestVersion = latestVersion
        self.downloads = downloads
        self.keywords = keywords
        self.categories = categories
        self.updatedAt = updatedAt
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.parsed("name", PackageName.init(parsing:))
        description = try object.optionalString("description")
        latestVersion = try object.optionalParsed("latest_version", Version.init(parsing:))
        downloads = try object.optionalCount("downloads") ?? 0
        keywords = try object.strings("keywords")
        categories = try object.strings("categories")
        updatedAt = try object.parsed("updated_at", Timestamp.init(parsing:))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("description", orNull: description)
            writer.member("latest_version", orNull: latestVersion?.description)
            writer.member("downloads", downloads)
            writer.member("keywords", keywords)
            writer.member("categories", categories)
            writer.member("updated_at", updatedAt.rfc3339)
        }
    }
}

/// A category and how many packages are in it.
package struct CategoryCount: JSONShape, Equatable {
    package var name: String
    package var count: UInt64

    package init(name: String, count: UInt64) {
        self.name = name
        self.count = count
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.string("name")
        count = try object.count("count")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("count", count)
        }
    }
}
