/// The three numbers of a version, compared from left to right.
private struct Core {
    var major: UInt64
    var minor: UInt64
    var patch: UInt64

    static let lowest = Core(major: 0, minor: 0, patch: 0)
    static let highest = Core(major: .max, minor: .max, patch: .max)

    func isBefore(_ version: Version) -> Bool {
        (major, minor, patch) < (version.major, version.minor, version.patch)
    }

    func isAfter(_ version: Version) -> Bool {
        (major, minor, patch) > (version.major, version.minor, version.patch)
    }
}

extension Requirement {
    /// The positions in `versions`, which is ascending by precedence, outside of which nothing matches. Found by binary
    /// search, so that a resolver asks `matches` only for the few versions inside.
    package func window(in versions: [Version]) -> Range<Int> {
        var (from, to) = (0, versions.count)
        for comparator in comparators {
            let (lowest, highest) = comparator.bounds
            from = max(from, versions.firstPosition { !lowest.isAfter($0) })
            to = min(to, versions.firstPosition { highest.isBefore($0) })
        }
        return from < to ? from..<to : 0..<0
    }
}

extension Comparator {
    /// Numbers between which every match lies, both inclusive: with an exclusive upper bound `^18446744073709551615.0.0`
    /// would have none.
    fileprivate var bounds: (lowest: Core, highest: Core) {
        let first = Core(major: major, minor: minor ?? 0, patch: patch ?? 0)
        let last = Core(major: major, minor: minor ?? .max, patch: patch ?? .max)
        switch self.operator {
        case .exact, .wildcard: return (first, last)
        case .greater, .greaterOrEqual: return (first, .highest)
        case .less, .lessOrEqual: return (.lowest, last)
        case .tilde: return (first, Core(major: major, minor: minor ?? .max, patch: .max))
        case .caret:
            if major > 0 || minor == nil { return (first, Core(major: major, minor: .max, patch: .max)) }
            if minor != 0 || patch == nil { return (first, Core(major: 0, minor: minor ?? .max, patch: .max)) }
            return (first, last)
        }
    }
}

extension [Version] {
    /// The first position whose element satisfies `condition`, which once true stays true.
    fileprivate func firstPosition(where condition: (Version) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
