internal import Synchronization

/// Search for stores whose plugin has none: the words of every record, sorted, kept in memory, and built again after the collection
/// has changed. Good for a small registry; a plugin with full-text search does better. Other hosts' changes are seen after `staleAfter`.
final class PrefixSearch: SearchIndex {
    private let store: PluginRecordStore
    private let scans: [UInt32: ScanShape]
    private let built = Mutex<[UInt32: Built]>([:])

    private static let staleAfter = Duration.seconds(30)

    private struct Built {
        var changeCount: Int
        var at: ContinuousClock.Instant
        var index: WordIndex
    }

    /// `scans`: for each declaration, by its id, a scan of its key and then its fields over the whole collection.
    init(_ store: PluginRecordStore, scans: [UInt32: ScanShape]) {
        self.store = store
        self.scans = scans
    }

    func search(_ declaration: SearchDeclaration, terms: [String], offset: Int, limit: Int) async throws(StorageError)
        -> SearchHits
    {
        guard let scan = scans[declaration.id] else {
            throw StorageError(.unsupported, "no search is declared over \(declaration.collection.name)")
        }
        let changeCount = store.changeCount(declaration.collection)
        let now = ContinuousClock.now
        let known = built.withLock { $0[declaration.id] }
        let index: WordIndex
        if let known, known.changeCount == changeCount, now - known.at < Self.staleAfter {
            index = known.index
        } else {
            let rows = try await store.scanAll(scan(), pageSize: 1000)
            index = WordIndex(rows, weights: declaration.fields.map(\.weight))
            built.withLock { $0[declaration.id] = Built(changeCount: changeCount, at: now, index: index) }
        }
        let hits = index.search(terms.map { $0.lowercased() })
        let page = hits.dropFirst(max(0, offset)).prefix(max(0, limit))
        return SearchHits(hits: Array(page), total: hits.count)
    }

    /// Declares the scans that searching needs.
    static func declare(in shapes: inout ShapeSet) -> [UInt32: ScanShape] {
        var scans: [UInt32: ScanShape] = [:]
        for search in shapes.schema.searches {
            scans[search.id] = shapes.scan(
                search.collection, columns: search.collection.key + search.fields.map(\.column))
        }
        return scans
    }
}

/// Which records contain which words, and how much each counts.
private struct WordIndex: Sendable {
    private let keys: [String]
    /// Sorted by word; a word stands once for each record that has it.
    private let entries: [(word: String, record: Int, weight: Double)]

    init(_ rows: [Row], weights: [Double]) {
        var keys: [String] = []
        var entries: [(word: String, record: Int, weight: Double)] = []
        for row in rows {
            guard case .text(let key) = row[0] else { continue }
            var words: [String: Double] = [:]
            for (field, weight) in weights.enumerated() {
                guard case .text(let text) = row[field + 1] else { continue }
                for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                    words[String(word), default: 0] += weight
                }
            }
            for (word, weight) in words { entries.append((word, keys.count, weight)) }
            keys.append(key)
        }
        self.keys = keys
        self.entries = entries.sorted { ($0.word, $0.record) < ($1.word, $1.record) }
    }

    func search(_ terms: [String]) -> [SearchHits.Hit] {
        var scores: [Int: Double]?
        for term in terms {
            var found: [Int: Double] = [:]
            var position = firstEntry(notBefore: term)
            while position < entries.count, entries[position].word.hasPrefix(term) {
                // A whole word counts for more than a word's beginning.
                let factor = entries[position].word == term ? 2.0 : 1.0
                found[entries[position].record, default: 0] += entries[position].weight * factor
                position += 1
            }
            if let previous = scores {
                scores = found.reduce(into: [:]) { result, entry in
                    if let score = previous[entry.key] { result[entry.key] = score + entry.value }
                }
            } else {
                scores = found
            }
        }
        return (scores ?? [:]).map { SearchHits.Hit(key: keys[$0.key], score: $0.value) }
            .sorted { ($1.score, $0.key) < ($0.score, $1.key) }
    }

    private func firstEntry(notBefore word: String) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].word < word { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
