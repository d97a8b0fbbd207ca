/// A set of states that one package can be in, as a bitmap over its versions, oldest first.
///
/// ```
/// bit   0        1      2      3
///       absent   1.0.0  1.1.0  2.0.0
/// ```
/// Bit 0 stands for "not chosen at all". With it, a positive PubGrub term (`foo ^1`) and a negative one (`not foo ^1`) are
/// both plain sets: one without absence and one with it, and no operation has to ask for the sign.
///
/// Up to 127 versions lie in the value itself; longer lists take an array. Every set of one package has the same width, and
/// only sets of the same package may be combined.
struct VersionSet: Equatable {
    private var low: UInt64
    private var high: UInt64
    private var rest: [UInt64]?

    private init(low: UInt64, high: UInt64, rest: [UInt64]?) {
        self.low = low
        self.high = high
        self.rest = rest
    }

    /// The empty set over a package with `versions` versions.
    static func none(versions: Int) -> VersionSet {
        let words = versions / 64 + 1
        return VersionSet(low: 0, high: 0, rest: words > 2 ? [UInt64](repeating: 0, count: words - 2) : nil)
    }

    /// Every version, and absence.
    static func everything(versions: Int) -> VersionSet {
        var set = none(versions: versions)
        set.insertAbsence()
        for version in 0..<versions { set.insert(version) }
        return set
    }

    /// Exactly one version out of `versions`.
    static func only(_ version: Int, versions: Int) -> VersionSet {
        var set = none(versions: versions)
        set.insert(version)
        return set
    }

    // MARK: Members

    var admitsAbsence: Bool { low & 1 != 0 }

    func contains(_ version: Int) -> Bool {
        word((version + 1) >> 6) & (1 << UInt64((version + 1) & 63)) != 0
    }

    mutating func insertAbsence() { low |= 1 }

    mutating func insert(_ version: Int) {
        let bit: UInt64 = 1 << UInt64((version + 1) & 63)
        switch (version + 1) >> 6 {
        case 0: low |= bit
        case 1: high |= bit
        case let index: rest?[index - 2] |= bit
        }
    }

    var isEmpty: Bool {
        guard low | high == 0 else { return false }
        guard let rest else { return true }
        return rest.allSatisfy { $0 == 0 }
    }

    /// How many versions are in the set; absence is not counted.
    var versionCount: Int {
        var count = (low & ~1).nonzeroBitCount + high.nonzeroBitCount
        if let rest { for word in rest { count += word.nonzeroBitCount } }
        return count
    }

    /// The newest version in the set.
    var newest: Int? {
        if let rest {
            for index in rest.indices.reversed() where rest[index] != 0 {
                return (index + 2) * 64 + 63 - rest[index].leadingZeroBitCount - 1
            }
        }
        if high != 0 { return 127 - high.leadingZeroBitCount - 1 }
        let versions = low & ~1
        return versions == 0 ? nil : 63 - versions.leadingZeroBitCount - 1
    }

    /// The versions in the set, oldest first, as runs without gaps.
    var runs: [Range<Int>] {
        guard let newest else { return [] }
        var runs: [Range<Int>] = []
        var start: Int?
        for version in 0...newest + 1 {
            if version <= newest, contains(version) {
                if start == nil { start = version }
            } else if let first = start {
                runs.append(first..<version)
                start = nil
            }
        }
        return runs
    }

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: low
        case 1: high
        default: rest.map { index - 2 < $0.count ? $0[index - 2] : 0 } ?? 0
        }
    }

    // MARK: Comparing

    func isSubset(of other: VersionSet) -> Bool {
        guard low & ~other.low | high & ~other.high == 0 else { return false }
        guard let rest, let others = other.rest else { return true }
        for index in rest.indices where rest[index] & ~others[index] != 0 { return false }
        return true
    }

    func isDisjoint(with other: VersionSet) -> Bool {
        guard low & other.low | high & other.high == 0 else { return false }
        guard let rest, let others = other.rest else { return true }
        for index in rest.indices where rest[index] & others[index] != 0 { return false }
        return true
    }

    // MARK: Combining

    func intersection(_ other: VersionSet) -> VersionSet { combined(other) { $0 & $1 } }
    func union(_ other: VersionSet) -> VersionSet { combined(other) { $0 | $1 } }
    func subtracting(_ other: VersionSet) -> VersionSet { combined(other) { $0 & ~$1 } }

    @inline(__always)
    private func combined(_ other: VersionSet, _ combine: (UInt64, UInt64) -> UInt64) -> VersionSet {
        var result = VersionSet(low: combine(low, other.low), high: combine(high, other.high), rest: nil)
        if let rest, let others = other.rest {
            var words = rest
            for index in words.indices { words[index] = combine(words[index], others[index]) }
            result.rest = words
        }
        return result
    }
}
