/// What several sessions did to a few counters at once, and what each was answered.
struct History: Sendable {
    enum Call: Sendable {
        /// All counters, by get_many or by one page of a scan.
        case read(byScan: Bool)
        case set(Int, Int64)
        case add(Int, Int64)
        /// One batch: from one to another.
        case move(Int, Int, Int64)
        /// Sets it if it has this value: a guard and an operation.
        case exchange(Int, from: Int64, to: Int64)
    }

    enum Answer: Equatable, Sendable {
        case values([Int64])
        case done
        case guardFailed
        /// Whether it happened is not known.
        case unknown
    }

    struct Entry: Sendable {
        var session: Int
        var call: Call
        var answer: Answer
        /// Places in one order of all beginnings and ends.
        var began: Int
        var ended: Int
    }

    var entries: [Entry] = []
}

extension History {
    /// How far a search for an order of the entries came.
    enum Verdict: Equatable {
        case linearizable
        /// No order explains the answers; the longest that was found explains this many.
        case contradiction(explained: Int)
        /// The search was given up.
        case undecided
    }

    /// Looks for one order of all entries in which each answer is what the counters, used by one at a time, would answer, and in which an
    /// entry that ended before another began stands before it: linearizability (Herlihy and Wing 1990). A depth-first search as of Wing
    /// and Gong (1993) that remembers where it has been (Lowe 2017): set of entries placed, and values of the counters.
    ///
    /// - Parameter steps: after this many places tried the search is given up. At most 64 entries.
    func verdict(counters: Int, steps: Int = 200_000) -> Verdict {
        guard entries.count <= 64 else { return .undecided }
        var search = LinearizationSearch(entries: entries, stepsLeft: steps)
        if search.canPlaceRest(after: 0, [Int64](repeating: 0, count: counters)) { return .linearizable }
        return search.stepsLeft <= 0 ? .undecided : .contradiction(explained: search.mostPlaced)
    }
}

private struct LinearizationSearch {
    struct Place: Hashable {
        var placed: UInt64
        var values: [Int64]
    }

    let entries: [History.Entry]
    var stepsLeft: Int
    var mostPlaced = 0
    private var seen: Set<Place> = []

    init(entries: [History.Entry], stepsLeft: Int) {
        self.entries = entries
        self.stepsLeft = stepsLeft
    }

    mutating func canPlaceRest(after placed: UInt64, _ values: [Int64]) -> Bool {
        let left = entries.indices.filter { placed & (1 << UInt64($0)) == 0 }
        mostPlaced = max(mostPlaced, entries.count - left.count)
        // What is not known to have happened need not have.
        if left.allSatisfy({ entries[$0].answer == .unknown }) { return true }
        stepsLeft -= 1
        guard stepsLeft > 0, seen.insert(Place(placed: placed, values: values)).inserted else { return false }
        let firstEnd = left.map { entries[$0].answer == .unknown ? Int.max : entries[$0].ended }.min() ?? .max
        for next in left where entries[next].began < firstEnd {
            guard let after = entries[next].outcome(on: values) else { continue }
            if canPlaceRest(after: placed | (1 << UInt64(next)), after) { return true }
        }
        return false
    }
}

extension History.Entry: CustomStringConvertible {
    /// The counters afterwards, nil when they would not have answered this.
    fileprivate func outcome(on values: [Int64]) -> [Int64]? {
        var after = values
        switch call {
        case .read: return answer == .unknown || answer == .values(values) ? values : nil
        case .set(let counter, let value): after[counter] = value
        case .add(let counter, let amount): after[counter] &+= amount
        case .move(let source, let target, let amount):
            after[source] &-= amount
            after[target] &+= amount
        case .exchange(let counter, let expected, let value):
            let holds = values[counter] == expected
            if answer == .unknown { return holds ? set(counter, value, values) : values }
            if holds != (answer == .done) { return nil }
            return holds ? set(counter, value, values) : values
        }
        return after
    }

    private func set(_ counter: Int, _ value: Int64, _ values: [Int64]) -> [Int64] {
        var values = values
        values[counter] = value
        return values
    }

    var description: String {
        let words =
            switch call {
            case .read(let byScan): byScan ? "scan" : "get_many"
            case .set(let counter, let value): "set c\(counter) to \(value)"
            case .add(let counter, let amount): "add \(amount) to c\(counter)"
            case .move(let source, let target, let amount): "move \(amount) from c\(source) to c\(target)"
            case .exchange(let counter, let expected, let value): "if c\(counter) is \(expected), set it to \(value)"
            }
        let result =
            switch answer {
            case .values(let values): "\(values)"
            case .done: "done"
            case .guardFailed: "the guard failed"
            case .unknown: "unknown"
            }
        return "from \(began) to \(ended), session \(session): \(words) -> \(result)"
    }
}
