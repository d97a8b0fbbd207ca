/// Which records contain which words, and how much each counts. Words are runs of letters and digits (Unicode's L and N; marks belong to
/// the letter before them), compared by the bytes of their lower case: equal text is equal bytes here as everywhere in a store.
struct WordIndex: Sendable {
    private struct Posting: Sendable {
        /// Place in `keys`.
        var record: Int
        var weight: Double
    }

    /// In the order of the rows, which is that of the key.
    private let keys: [String]
    /// Sorted by bytes, each once.
    private let words: [[UInt8]]
    /// For each word, the records that have it.
    private let postings: [[Posting]]

    /// Rows hold the key and then a text, or null, for each weight; they come in the order of the key.
    init(_ rows: [Row], weights: [Double]) {
        var keys: [String] = []
        var found: [[UInt8]: [Posting]] = [:]
        for row in rows {
            guard case .text(let key) = row[0] else { continue }
            let record = keys.count
            keys.append(key)
            for (field, weight) in weights.enumerated() {
                guard case .text(let text) = row[field + 1] else { continue }
                Self.forEachWord(of: text) { word in
                    // The postings of a word end with the newest record.
                    var list = found.removeValue(forKey: word) ?? []
                    if let last = list.indices.last, list[last].record == record {
                        list[last].weight += weight
                    } else {
                        list.append(Posting(record: record, weight: weight))
                    }
                    found[word] = list
                }
            }
        }
        self.keys = keys
        let sorted = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        words = sorted.map(\.key)
        postings = sorted.map(\.value)
    }

    /// The records that have, for each term, a word that begins with it; best first, ties by key.
    func search(_ terms: [String]) -> [SearchHits.Hit] {
        var scores: [Int: Double]?
        for term in terms {
            let found = score(Self.lowercased(term))
            guard let previous = scores else {
                scores = found
                continue
            }
            scores = found.reduce(into: [:]) { result, entry in
                if let score = previous[entry.key] { result[entry.key] = score + entry.value }
            }
        }
        return (scores ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { SearchHits.Hit(key: keys[$0.key], score: $0.value) }
    }

    private func score(_ term: [UInt8]) -> [Int: Double] {
        var scores: [Int: Double] = [:]
        var position = firstWord(notBefore: term)
        while position < words.count, words[position].starts(with: term) {
            // A whole word counts for more than a word's beginning.
            let factor = words[position].count == term.count ? 2.0 : 1.0
            for posting in postings[position] { scores[posting.record, default: 0] += posting.weight * factor }
            position += 1
        }
        return scores
    }

    private func firstWord(notBefore term: [UInt8]) -> Int {
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low + high) / 2
            if words[middle].lexicographicallyPrecedes(term) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func forEachWord(of text: String, _ body: ([UInt8]) -> Void) {
        var word: [UInt8] = []
        for scalar in text.unicodeScalars {
            switch kind(of: scalar) {
            case .letter: append(scalar, to: &word)
            case .mark where !word.isEmpty: append(scalar, to: &word)
            default:
                if !word.isEmpty { body(word) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { body(word) }
    }

    private static func lowercased(_ term: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for scalar in term.unicodeScalars { append(scalar, to: &bytes) }
        return bytes
    }

    private static func append(_ scalar: Unicode.Scalar, to word: inout [UInt8]) {
        if scalar.isASCII {
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            word.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
        } else {
            word.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
        }
    }

    private enum Kind { case letter, mark, other }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        if scalar.isASCII {
            let letter = scalar.value | 0x20
            return scalar.value >= 0x30 && scalar.value <= 0x39 || letter >= 0x61 && letter <= 0x7A ? .letter : .other
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber:
            return .letter
        case .nonspacingMark, .spacingMark, .enclosingMark: return .mark
        default: return .other
        }
    }
}
