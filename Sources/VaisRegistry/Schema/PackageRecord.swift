internal import VaisHost
internal import VaisModel

/// One package as it is stored.
struct PackageRecord {
    var name: PackageName
    var description: String?
    var homepage: String?
    var repository: String?
    var documentation: String?
    var license: String?
    var keywords: [String]
    var categories: [String]
    var created: Timestamp
    var updated: Timestamp
    var downloads: UInt64
    /// Nil when every release is yanked.
    var latest: Version?
    /// The stamp with which it was read, for a guard.
    var stamp: Int64

    /// Whether lists and searches have it.
    var isShown: Bool { latest != nil }

    /// What a later release may change.
    static let changeable = [
        Packages.description, Packages.homepage, Packages.repository, Packages.documentation, Packages.license,
        Packages.keywords, Packages.categories, Packages.updated, Packages.latest,
    ]

    init(_ row: Row) throws(StorageError) {
        name = try parsed(try row.text(0), PackageName.init(parsing:))
        description = try row.optionalText(2)
        homepage = try row.optionalText(3)
        repository = try row.optionalText(4)
        documentation = try row.optionalText(5)
        license = try row.optionalText(6)
        keywords = Self.list(try row.text(7))
        categories = Self.list(try row.text(8))
        created = Timestamp(microseconds: try row.time(9))
        updated = Timestamp(microseconds: try row.time(10))
        downloads = UInt64(clamping: try row.integer(11))
        let latest = try row.text(12)
        self.latest = latest.isEmpty ? nil : try parsed(latest, Version.init(parsing:))
        stamp = try row.integer(13)
    }

    init(name: PackageName, manifest: Manifest, created: Timestamp) {
        self.name = name
        keywords = []
        categories = []
        self.created = created
        updated = created
        downloads = 0
        latest = nil
        stamp = 0
        describe(by: manifest)
    }

    /// Takes over what the manifest of a release says of its package.
    mutating func describe(by manifest: Manifest) {
        description = manifest.description
        homepage = manifest.homepage
        repository = manifest.repository
        documentation = manifest.documentation
        license = manifest.license
        keywords = manifest.keywords
        categories = manifest.categories
    }

    var allValues: [Value] {
        [
            .text(name.text), .text(name.identity), .text(description), .text(homepage), .text(repository),
            .text(documentation), .text(license), .text(Self.text(keywords)), .text(Self.text(categories)),
            .time(created.microseconds), .time(updated.microseconds), .integer(Int64(clamping: downloads)),
            .text(latest?.description ?? ""),
        ]
    }

    /// The key, then the values of `changeable`.
    var changedValues: [Value] {
        [
            .text(name.text), .text(description), .text(homepage), .text(repository), .text(documentation),
            .text(license), .text(Self.text(keywords)), .text(Self.text(categories)), .time(updated.microseconds),
            .text(latest?.description ?? ""),
        ]
    }

    /// Lists are kept one item a line, so that search finds their words and an operator can read them.
    static func text(_ items: [String]) -> String { items.joined(separator: "\n") }

    static func list(_ text: String) -> [String] { text.utf8.split(separator: 10).compactMap { String($0) } }
}

/// A stored text that was valid when it was written; anything else means damage.
func parsed<T>(_ text: String, _ parse: (String) throws(ModelError) -> T) throws(StorageError) -> T {
    do throws(ModelError) {
        return try parse(text)
    } catch {
        throw StorageError(.corrupt, "the store holds an invalid value: \(error.message)")
    }
}
