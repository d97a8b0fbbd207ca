package import VaisHost

/// What the registry keeps, as declared to the store. Ids are never used again and changes only add: a new column is optional.
package enum RegistrySchema {
    package static let schema = Schema(
        version: 3,
        collections: [
            Users.collection, Tokens.collection, Packages.collection, Releases.collection, Dependencies.collection,
            Owners.collection, Labels.collection, Events.collection, Counters.collection, Rankings.collection,
            SearchTexts.collection, LabelCounts.collection, TokenExpiries.collection, DownloadFlushes.collection,
            DataFormats.collection,
        ],
        searches: [SearchTexts.search])
}

enum Users {
    static let id = Column(1, "id", .text)
    static let name = Column(2, "name", .text)
    /// The name in lower case: `Alice` and `alice` are one user.
    static let identity = Column(3, "identity", .text)
    static let email = Column(4, "email", .text, optional: true)
    static let password = Column(5, "password", .text)
    static let isAdmin = Column(6, "is_admin", .bool)
    static let created = Column(7, "created", .time)
    static let updated = Column(8, "updated", .time)
    static let byIdentity = Index(1, "identity", on: [identity], unique: true)
    static let all = [id, name, identity, email, password, isAdmin, created, updated]
    static let collection = Collection(1, "users", key: [id], columns: all, indexes: [byIdentity])
}

enum Tokens {
    static let id = Column(1, "id", .text)
    static let user = Column(2, "user", .text)
    static let name = Column(3, "name", .text)
    /// SHA-256 of the token; the token itself is nowhere.
    static let hash = Column(4, "hash", .bytes)
    /// Separated by spaces.
    static let scopes = Column(5, "scopes", .text)
    static let expires = Column(6, "expires", .time, optional: true)
    static let lastUsed = Column(7, "last_used", .time, optional: true)
    static let created = Column(8, "created", .time)
    static let byHash = Index(1, "hash", on: [hash], unique: true)
    static let byUser = Index(2, "user", on: [user, created])
    static let all = [id, user, name, hash, scopes, expires, lastUsed, created]
    static let collection = Collection(2, "tokens", key: [id], columns: all, indexes: [byHash, byUser])
}

enum Packages {
    static let name = Column(1, "name", .text)
    /// `PackageName.identity`: `two-words` and `two_words` cannot both exist.
    static let identity = Column(2, "identity", .text)
    static let description = Column(3, "description", .text, optional: true)
    static let homepage = Column(4, "homepage", .text, optional: true)
    static let repository = Column(5, "repository", .text, optional: true)
    static let documentation = Column(6, "documentation", .text, optional: true)
    static let license = Column(7, "license", .text, optional: true)
    /// One a line, as `categories`.
    static let keywords = Column(8, "keywords", .text)
    static let categories = Column(9, "categories", .text)
    static let created = Column(10, "created", .time)
    static let updated = Column(11, "updated", .time)
    static let downloads = Column(12, "downloads", .integer)
    /// The highest release that is not yanked, full releases before prereleases; empty when every release is yanked.
    static let latest = Column(13, "latest", .text)
    static let byIdentity = Index(1, "identity", on: [identity], unique: true)
    // The indexes 2 and 3, and the search 1, were of format 1; what they were for is in `Rankings` and `SearchTexts`.
    static let all = [
        name, identity, description, homepage, repository, documentation, license, keywords, categories, created,
        updated,
        downloads, latest,
    ]
    static let collection = Collection(3, "packages", key: [name], columns: all, indexes: [byIdentity])
}

enum Releases {
    static let package = Column(1, "package", .text)
    static let version = Column(2, "version", .text)
    /// The version without build metadata: `1.0.0+a` and `1.0.0+b` are one release.
    static let precedence = Column(3, "precedence", .text)
    static let checksum = Column(4, "checksum", .bytes)
    static let size = Column(5, "size", .integer)
    static let published = Column(6, "published", .time)
    static let publisher = Column(7, "publisher", .text)
    static let serial = Column(8, "serial", .integer)
    static let downloads = Column(9, "downloads", .integer)
    static let yanked = Column(10, "yanked", .bool)
    static let yankSerial = Column(11, "yank_serial", .integer, optional: true)
    static let yankReason = Column(12, "yank_reason", .text, optional: true)
    static let yankMessage = Column(13, "yank_message", .text, optional: true)
    static let readme = Column(14, "readme", .text, optional: true)
    /// The manifest as it was in the archive: what the package says of itself while this is its newest release.
    static let manifest = Column(15, "manifest", .bytes, optional: true)
    static let byPrecedence = Index(1, "precedence", on: [package, precedence], unique: true)
    static let bySerial = Index(2, "serial", on: [package, serial])
    static let all = [
        package, version, precedence, checksum, size, published, publisher, serial, downloads, yanked, yankSerial,
        yankReason, yankMessage, readme, manifest,
    ]
    static let collection = Collection(
        4, "releases", key: [package, version], columns: all, indexes: [byPrecedence, bySerial])
}

enum Dependencies {
    static let package = Column(1, "package", .text)
    static let version = Column(2, "version", .text)
    static let kind = Column(3, "kind", .text)
    static let name = Column(4, "name", .text)
    static let requirement = Column(5, "requirement", .text)
    /// One a line.
    static let features = Column(6, "features", .text)
    static let isOptional = Column(7, "is_optional", .bool)
    static let target = Column(8, "target", .text, optional: true)
    static let byName = Index(1, "name", on: [name])
    static let all = [package, version, kind, name, requirement, features, isOptional, target]
    static let collection = Collection(
        5, "dependencies", key: [package, version, kind, name], columns: all, indexes: [byName])
}

enum Owners {
    static let package = Column(1, "package", .text)
    static let user = Column(2, "user", .text)
    static let addedBy = Column(3, "added_by", .text)
    static let created = Column(4, "created", .time)
    static let byUser = Index(1, "user", on: [user])
    static let all = [package, user, addedBy, created]
    static let collection = Collection(6, "owners", key: [package, user], columns: all, indexes: [byUser])
}

/// Which packages have a category or a keyword. Only those with a release that is not yanked.
enum Labels {
    static let kind = Column(1, "kind", .text)
    static let label = Column(2, "label", .text)
    static let package = Column(3, "package", .text)
    static let all = [kind, label, package]
    static let collection = Collection(7, "labels", key: [kind, label, package], columns: all)
}

/// Every change there ever was, in order and without gaps.
enum Events {
    static let serial = Column(1, "serial", .integer)
    static let kind = Column(2, "kind", .text)
    /// Empty when it was the registry itself.
    static let actor = Column(3, "actor", .text)
    static let at = Column(4, "at", .time)
    /// Empty when the event is about no package, as with accounts.
    static let package = Column(5, "package", .text)
    static let version = Column(6, "version", .text, optional: true)
    /// What else belongs to it: the checksum of a publish, the name of a new owner.
    static let detail = Column(7, "detail", .text, optional: true)
    static let byPackage = Index(1, "package", on: [package, serial])
    static let all = [serial, kind, actor, at, package, version, detail]
    static let collection = Collection(8, "events", key: [serial], columns: all, indexes: [byPackage])
}

enum Counters {
    static let name = Column(1, "name", .text)
    static let value = Column(2, "value", .integer)
    static let collection = Collection(9, "counters", key: [name], columns: [name, value])
}
