internal import Synchronization

/// Search for stores whose plugin has none: the words of every record, sorted, kept in memory, and built again after the collection
/// has changed. Good for a small registry; a plugin with full-text search does better. Other hosts' changes are seen after `staleAfter`.
final class PrefixSearch: SearchIndex {
    private let store: PluginRecordStore
    private let scans: [UInt32: ScanShape]
    private let builds = Mutex<[UInt32: Build]>([:])

    private static let staleAfter = Duration.seconds(30)

    /// An index, ready or in the making: however many searches need it, it is built once.
    private struct Build {
        /// What the collection's change count was before the first record was read, so that no change since is missed.
        var changeCount: Int
        var begun: ContinuousClock.Instant
        var index: Task<WordIndex, any Error>
    }

    /// `scans`: what `declare` answered for the shapes that `store` was opened with.
    init(_ store: PluginRecordStore, scans: [UInt32: ScanShape]) {
        self.store = store
        self.scans = scans
    }

    /// Declares the scans that searching needs, by the declaration's id: of the key and the fields of the whole collection.
    static func declare(in shapes: inout ShapeSet) -> [UInt32: ScanShape] {
        var scans: [UInt32: ScanShape] = [:]
        for search in shapes.schema.searches {
            scans[search.id] = shapes.scan(
                search.collection, columns: search.collection.key + search.fields.map(\.column))
        }
        return scans
    }

    func search(_ declaration: SearchDeclaration, terms: [String], offset: Int, limit: Int) async throws(StorageError)
        -> SearchHits
    {
        let terms = terms.filter { !$0.isEmpty }
        if terms.isEmpty { return SearchHits(hits: [], total: 0) }
        let hits = try await index(declaration).search(terms)
        return SearchHits(hits: Array(hits.dropFirst(max(0, offset)).prefix(max(0, limit))), total: hits.count)
    }

    private func index(_ declaration: SearchDeclaration) async throws(StorageError) -> WordIndex {
        guard let scan = scans[declaration.id] else {
            throw StorageError(.unsupported, "no search is declared over \(declaration.collection.name)")
        }
        let build = builds.withLock { builds in
            let changeCount = store.changeCount(declaration.collection)
            let now = ContinuousClock.now
            if let known = builds[declaration.id], known.changeCount == changeCount,
                now - known.begun < Self.staleAfter
            {
                return known
            }
            // Not a child of the searching task, whose end would be everybody's.
            let index = Task { [store] in
                WordIndex(
                    try await store.scanAll(scan(), pageSize: 1000), weights: declaration.fields.map(\.weight))
            }
            let build = Build(changeCount: changeCount, begun: now, index: index)
            builds[declaration.id] = build
            return build
        }
        do {
            return try await build.index.value
        } catch {
            builds.withLock { builds in
                if builds[declaration.id]?.index == build.index { builds[declaration.id] = nil }
            }
            throw error as? StorageError ?? StorageError(.failed, "cannot build the search index")
        }
    }
}
