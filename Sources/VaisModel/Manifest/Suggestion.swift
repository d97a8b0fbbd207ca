/// Finds the word that a misspelt one was probably meant to be.
package enum Suggestion {
    /// The candidate with the fewest edits, if they are few for its length; the first of equals.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let bytes = Array(word.utf8)
        var best: (distance: Int, word: String)?
        for candidate in candidates where candidate != word {
            let allowed = max(1, min(2, bytes.count / 3))
            // No fewer edits than characters too many; this also spares a long word from being compared at all.
            guard abs(bytes.count - candidate.utf8.count) <= allowed else { continue }
            let distance = editDistance(bytes, Array(candidate.utf8))
            if distance <= allowed && distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours: the optimal string alignment distance. Case and the
    /// choice between `-` and `_` count nothing.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let (left, right) = (left.map(fold), right.map(fold))
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let isSame = left[row] == right[column]
                var cost = min(previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforePrevious[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforePrevious, previous) = (previous, current)
        }
        return previous[right.count]
    }

    private static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "_"): UInt8(ascii: "-")
        default: byte
        }
    }
}
