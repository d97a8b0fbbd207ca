/// Makes a failing sequence of steps short, so that a person can read it: steps, guards, operations and reads are left out as long as
/// what is left still fails. Deterministic; the number of trials is bounded.
struct Shrinking {
    private var trialsLeft: Int
    /// Whether the steps fail, played on a new store.
    private let fails: ([ModelStep]) -> Bool

    init(trials: Int, _ fails: @escaping ([ModelStep]) -> Bool) {
        trialsLeft = trials
        self.fails = fails
    }

    /// The shortest failing sequence that was found; `steps` itself when it does not fail again.
    mutating func shrink(_ steps: [ModelStep]) -> [ModelStep] {
        guard fails(steps) else { return steps }
        var steps = without(steps) { $0 }
        for position in steps.indices {
            steps[position].batch.guards = without(steps[position].batch.guards) { guards in
                var changed = steps
                changed[position].batch.guards = guards
                return changed
            }
            steps[position].batch.operations = without(steps[position].batch.operations) { operations in
                var changed = steps
                changed[position].batch.operations = operations
                return changed
            }
            steps[position].gets = without(steps[position].gets) { gets in
                var changed = steps
                changed[position].gets = gets
                return changed
            }
        }
        return steps
    }

    /// `elements` without those that the failure does not need: runs of them first, of half the length each time (the idea of Zeller's
    /// ddmin).
    private mutating func without<T>(_ elements: [T], _ whole: ([T]) -> [ModelStep]) -> [T] {
        var elements = elements
        var length = max(1, elements.count / 2)
        while !elements.isEmpty {
            var start = 0, hasShrunk = false
            while start < elements.count {
                guard trialsLeft > 0 else { return elements }
                trialsLeft -= 1
                var fewer = elements
                fewer.removeSubrange(start..<min(start + length, elements.count))
                if fails(whole(fewer)) {
                    elements = fewer
                    hasShrunk = true
                } else {
                    start += length
                }
            }
            if length > 1 { length /= 2 } else if !hasShrunk { break }
        }
        return elements
    }
}
