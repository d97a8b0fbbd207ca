internal import VaisHost
internal import VaisModel
package import VaisProtocol

extension Registry {
    /// Packages whose name, keywords, description or categories contain words that begin with those of the query. A package of exactly
    /// the query's name comes first; one whose releases are all yanked is left out.
    ///
    /// The total is that of all matches, and the order goes over all of them, up to `RegistrySettings.sortedMatches`. Beyond, the answer says what it is:
    /// `sort` names the order it has instead of the one that was asked for, and `partial` that the total counts some of the matches.
    package func search(_ query: SearchQuery) async throws(Problem) -> SearchResult {
        let terms = query.terms
        if terms.isEmpty, !query.text.allSatisfy(\.isWhitespace) { return SearchResult(packages: [], total: 0) }
        if terms.isEmpty, query.labels.isEmpty { return try await list(query) }
        let result = try await storing { () throws(StorageError) -> SearchResult? in
            let matches = terms.isEmpty ? try await labelled(query.labels) : try await matching(terms, query.labels)
            if query.offset >= matches.names.count, query.offset < matches.total { return nil }
            return try await answer(matches, query)
        }
        guard let result else { throw .offsetTooFar }
        return result
    }

    /// How many packages each category has, the largest first. Those that have none any more are left out.
    package func categories() async throws(Problem) -> [CategoryCount] {
        try await storing { () throws(StorageError) in
            let rows = try await records.scanAll(
                shapes.labelCountsAbove(.text(PackageLabel.Kind.category.rawValue), .integer(0)), pageSize: 2000)
            return try rows.map { row throws(StorageError) in
                CategoryCount(name: try row.text(0), count: UInt64(clamping: try row.integer(1)))
            }.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        }
    }

    /// Found packages, in the order in which the store finds them: by relevance, or by name for a query of labels alone.
    struct Matches {
        var names: [String]
        var total: Int
        var order: SearchQuery.Order
        /// Whether some matches were not looked at, and `total` counts those that were.
        var isPartial = false

        var areAllHere: Bool { names.count == total && !isPartial }
    }

    private func matching(_ terms: [String], _ labels: [PackageLabel]) async throws(StorageError) -> Matches {
        let hits = try await storage.search.search(
            SearchTexts.search, terms: terms, offset: 0, limit: settings.sortedMatches)
        let found = Matches(names: hits.hits.map(\.key), total: hits.total, order: .relevance)
        return try await narrowed(found, labels)
    }

    /// Reads the packages of the rarest label, and keeps those that have the others too.
    private func labelled(_ labels: [PackageLabel]) async throws(StorageError) -> Matches {
        let counts = try await records.get(labels.map { shapes.labelCount($0.kindValue, $0.labelValue) })
        let ordered = try zip(labels, counts).map { label, row throws(StorageError) in
            (label: label, count: Int(clamping: try row?.integer(0) ?? 0))
        }.sorted { $0.count < $1.count }
        guard let first = ordered.first, first.count > 0 else { return Matches(names: [], total: 0, order: .name) }
        let use = shapes.packagesOfLabel(first.label.kindValue, first.label.labelValue)
        var found = Matches(names: [], total: first.count, order: .name)
        var position: Position?
        repeat {
            let page = try await records.scan(use, after: position, limit: min(2000, settings.sortedMatches))
            found.names += try page.rows.map { row throws(StorageError) in try row.text(0) }
            position = page.next
        } while position != nil && found.names.count < settings.sortedMatches
        // The count was read a moment before.
        if position == nil { found.total = found.names.count }
        return try await narrowed(found, ordered.dropFirst().map(\.label))
    }

    private func narrowed(_ found: Matches, _ labels: [PackageLabel]) async throws(StorageError) -> Matches {
        if labels.isEmpty || found.names.isEmpty { return found }
        var names = found.names
        for label in labels {
            let rows = try await records.get(names.map { shapes.label(label.kindValue, label.labelValue, .text($0)) })
            names = zip(names, rows).filter { $1 != nil }.map(\.0)
        }
        return Matches(
            names: names, total: names.count, order: found.order, isPartial: !found.areAllHere)
    }

    private func answer(_ matches: Matches, _ query: SearchQuery) async throws(StorageError) -> SearchResult {
        var names = matches.names
        // Without words nothing is more relevant than anything else.
        var order = query.order == .relevance && matches.order == .name ? .downloads : query.order
        let asked = order
        if !matches.areAllHere { order = matches.order }
        if order != matches.order { names = try await sorted(names, by: order) }
        let exact = query.text.lowercased()
        if order != .name, let place = names.firstIndex(of: exact) { names.insert(names.remove(at: place), at: 0) }
        var result = SearchResult(
            packages: try await packages(named: query.page(of: names)).map(SearchHit.init),
            total: UInt64(clamping: matches.total))
        if order != asked { result.sort = order.rawValue }
        result.partial = matches.isPartial
        return result
    }

    private func sorted(_ names: [String], by order: SearchQuery.Order) async throws(StorageError) -> [String] {
        if order == .name { return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
        // Both columns are kept negated.
        let column = order == .newest ? 3 : 2
        var ranked: [(rank: Int64, name: String)] = []
        for case let row? in try await records.get(names.map { shapes.ranking(.text($0)) }) {
            ranked.append((try row.integer(column), try row.text(0)))
        }
        return ranked.sorted { $0 < $1 }.map(\.name)
    }

    /// The packages of these names, in this order; those that do not exist are left out.
    func packages(named names: [String]) async throws(StorageError) -> [PackageRecord] {
        var packages: [PackageRecord] = []
        for case let row? in try await records.get(names.map { shapes.package(.text($0)) }) {
            packages.append(try PackageRecord(row))
        }
        return packages
    }
}

extension SearchHit {
    init(_ package: PackageRecord) {
        self.init(
            name: package.name, description: package.description, latestVersion: package.latest,
            downloads: package.downloads, keywords: package.keywords, categories: package.categories,
            updatedAt: package.updated)
    }
}
