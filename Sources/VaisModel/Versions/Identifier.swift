extension Version {
    /// One dot-separated identifier of a prerelease, ordered by SemVer 2.0.0 section 11.4.
    ///
    /// A numeric identifier has no upper bound: `99999999999999999999` is compared by its digits.
    package struct Identifier: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let text: String
        package let isNumeric: Bool

        /// `text` has passed the version grammar: not empty, `[0-9A-Za-z-]` only, no leading zero when numeric.
        init(checked text: String, isNumeric: Bool) {
            self.text = text
            self.isNumeric = isNumeric
        }

        package var description: String { text }

        package static func < (left: Identifier, right: Identifier) -> Bool {
            switch (left.isNumeric, right.isNumeric) {
            case (true, false): return true
            case (false, true): return false
            case (false, false): return left.text < right.text
            case (true, true):
                // Without leading zeros, the longer number is the greater one.
                let (leftCount, rightCount) = (left.text.utf8.count, right.text.utf8.count)
                return leftCount == rightCount ? left.text < right.text : leftCount < rightCount
            }
        }
    }
}

/// How two things stand to each other.
enum Ordering {
    case before
    case same
    case after

    /// Orders two prereleases, SemVer 2.0.0 section 11: none is greater than any, and more identifiers are greater than
    /// fewer when the shared ones are equal.
    static func ofPrereleases(_ left: [Version.Identifier], _ right: [Version.Identifier]) -> Ordering {
        if left.isEmpty || right.isEmpty {
            return left.isEmpty == right.isEmpty ? .same : left.isEmpty ? .after : .before
        }
        for (one, other) in zip(left, right) where one != other { return one < other ? .before : .after }
        return left.count == right.count ? .same : left.count < right.count ? .before : .after
    }

    static func of(_ left: UInt64, _ right: UInt64) -> Ordering {
        left == right ? .same : left < right ? .before : .after
    }
}
