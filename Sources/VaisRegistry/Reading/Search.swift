internal import VaisHost
internal import VaisModel
package import VaisProtocol

/// What to look for, and which part of the answer to show.
package struct SearchQuery: Sendable {
    package enum Order: String, Sendable { case downloads, newest, name, relevance }

    package var text = ""
    package var limit = ProtocolLimits.pageSize
    package var offset = 0
    package var order = Order.downloads
    package var category: String?
    package var keyword: String?

    package init() {}
}

extension Registry {
    /// Packages whose name, keywords, description or categories contain words that begin with those of the query. A package of exactly
    /// the query's name comes first; one whose releases are all yanked is left out.
    package func search(_ query: SearchQuery) async throws(Problem) -> SearchResult {
        let terms = Self.terms(query.text)
        var found: [PackageRecord]
        if terms.isEmpty {
            guard query.text.allSatisfy(\.isWhitespace) else { return SearchResult(packages: [], total: 0) }
            if query.category == nil, query.keyword == nil { return try await list(query) }
            found = try await labelled(query)
        } else {
            found = try await matching(terms, query)
        }
        found.removeAll { $0.latest == nil }
        let total = found.count
        sort(&found, query)
        let page = found.dropFirst(max(0, query.offset)).prefix(max(0, query.limit))
        return SearchResult(packages: page.map(SearchHit.init), total: UInt64(total))
    }

    /// How many packages each category has, the largest first.
    package func categories() async throws(Problem) -> [CategoryCount] {
        try await storing { () throws(StorageError) in
            var counts: [String: UInt64] = [:]
            for row in try await records.scanAll(shapes.labels(.text("category")), pageSize: 2000) {
                counts[try row.text(1), default: 0] += 1
            }
            return counts.map { CategoryCount(name: $0.key, count: $0.value) }
                .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
        }
    }

    /// The best this many matches are ranked; a query that has more is too vague for the rest to matter.
    private static let mostMatches = 1000
    private static let mostTerms = 8

    /// The words of a query: runs of letters and digits.
    static func terms(_ text: String) -> [String] {
        text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }).prefix(mostTerms).map(String.init)
    }

    private func matching(_ terms: [String], _ query: SearchQuery) async throws(Problem) -> [PackageRecord] {
        let hits = try await storing { () throws(StorageError) in
            try await storage.search.search(Packages.search, terms: terms, offset: 0, limit: Self.mostMatches)
        }
        return try await packages(named: hits.hits.map(\.key)).filter { Self.has(query, $0) }
    }

    private func labelled(_ query: SearchQuery) async throws(Problem) -> [PackageRecord] {
        let use =
            query.category.map { shapes.packagesOfLabel(.text("category"), .text($0)) }
            ?? shapes.packagesOfLabel(.text("keyword"), .text(query.keyword ?? ""))
        let rows = try await storing { () throws(StorageError) in try await records.scanAll(use, pageSize: 1000) }
        let names = try await storing { () throws(StorageError) in
            try rows.map { row throws(StorageError) in try row.text(0) }
        }
        return try await packages(named: names).filter { Self.has(query, $0) }
    }

    private static func has(_ query: SearchQuery, _ package: PackageRecord) -> Bool {
        (query.category.map { package.categories.contains($0) } ?? true)
            && (query.keyword.map { package.keywords.contains($0) } ?? true)
    }

    /// Without words or labels the answer is a part of an index, in its order.
    private func list(_ query: SearchQuery) async throws(Problem) -> SearchResult {
        let use =
            switch query.order {
            case .downloads, .relevance: shapes.packagesByDownloads()
            case .newest: shapes.packagesByUpdated()
            case .name: shapes.packagesByName()
            }
        return try await storing { () throws(StorageError) in
            let packages = try await records.scanAll(use, pageSize: 1000)
                .map { row throws(StorageError) in try PackageRecord(row) }.filter { $0.latest != nil }
            let page = packages.dropFirst(max(0, query.offset)).prefix(max(0, query.limit))
            return SearchResult(packages: page.map(SearchHit.init), total: UInt64(packages.count))
        }
    }

    private func packages(named names: [String]) async throws(Problem) -> [PackageRecord] {
        try await storing { () throws(StorageError) in
            var packages: [PackageRecord] = []
            for case let row? in try await records.get(names.map { shapes.package(.text($0)) }) {
                packages.append(try PackageRecord(row))
            }
            return packages
        }
    }

    /// Found packages come by relevance.
    private func sort(_ packages: inout [PackageRecord], _ query: SearchQuery) {
        switch query.order {
        case .relevance: break
        case .downloads: packages.sort { ($1.downloads, $0.name) < ($0.downloads, $1.name) }
        case .newest: packages.sort { ($1.updated, $0.name) < ($0.updated, $1.name) }
        case .name: packages.sort { $0.name < $1.name }
        }
        let wanted = query.text.lowercased()
        if query.order != .name, let exact = packages.firstIndex(where: { $0.name.text == wanted }) {
            packages.insert(packages.remove(at: exact), at: 0)
        }
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
