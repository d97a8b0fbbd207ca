internal import VaisHost

// What lists and searches are answered from. All of it follows from packages and releases, and is written in the batches that change
// those.

/// Where each package stands in the lists. One record a package, also for those that are not shown, so that a download of any release can
/// be added without looking.
enum Rankings {
    static let name = Column(1, "name", .text)
    /// Whether a release is not yanked. What is not shown is in no list and no search.
    static let shown = Column(2, "shown", .bool)
    /// The downloads, negated: ascending order is then the most downloaded first, ties by name.
    static let downloads = Column(3, "downloads", .integer)
    /// The microseconds of the last update, negated for the same reason.
    static let updated = Column(4, "updated", .integer)
    static let byDownloads = Index(1, "downloads", on: [shown, downloads])
    static let byUpdated = Index(2, "updated", on: [shown, updated])
    static let byName = Index(3, "name", on: [shown])
    static let all = [name, shown, downloads, updated]
    static let collection = Collection(
        10, "rankings", key: [name], columns: all, indexes: [byDownloads, byUpdated, byName])
}

/// The words by which a package is found. Only of packages that are shown, and apart from everything that changes with a download, so
/// that neither costs an update of the search index.
enum SearchTexts {
    static let name = Column(1, "name", .text)
    static let keywords = Column(2, "keywords", .text)
    static let description = Column(3, "description", .text, optional: true)
    static let categories = Column(4, "categories", .text)
    static let all = [name, keywords, description, categories]
    static let collection = Collection(11, "search_texts", key: [name], columns: all)
    static let search = SearchDeclaration(
        2, "text_search", in: collection, fields: [(name, 10), (keywords, 4), (description, 2), (categories, 1)])
}

/// How many packages have a category or a keyword. A count that has come down to zero stays, and is not read with the others.
enum LabelCounts {
    static let kind = Column(1, "kind", .text)
    static let label = Column(2, "label", .text)
    static let count = Column(3, "count", .integer)
    static let byCount = Index(1, "count", on: [kind, count])
    static let all = [kind, label, count]
    static let collection = Collection(
        12, "label_counts", key: [kind, label], columns: all, indexes: [byCount])
}
