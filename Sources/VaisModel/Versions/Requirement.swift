/// Which versions of a package are acceptable: comparators that must all hold, as in `^1.2` or `>=1.4, <3`.
///
/// Grammar and meaning are those of cargo's `semver` crate. The source text is kept and is what equality compares, since
/// a lockfile's freshness is a comparison of texts.
package struct Requirement: Hashable, Sendable, CustomStringConvertible {
    package static let maximumComparators = 32

    /// `*`: every release, no prerelease.
    package static let any = Requirement(text: "*", comparators: [])

    package let text: String
    /// In source order; empty for `*`.
    package let comparators: [Comparator]

    init(text: String, comparators: [Comparator]) {
        self.text = text
        self.comparators = comparators
    }

    /// What `add` writes for a chosen version: `^1.4.0`. The build does not take part.
    package static func caret(_ version: Version) -> Requirement {
        let comparator = Comparator(
            operator: .caret, major: version.major, minor: version.minor, patch: version.patch,
            prerelease: version.prerelease)
        return Requirement(text: comparator.description, comparators: [comparator])
    }

    package var description: String { text }

    /// Whether every comparator holds and, for a prerelease, one of them carries a prerelease of the same
    /// major.minor.patch. Builds do not count.
    package func matches(_ version: Version) -> Bool {
        for comparator in comparators where !comparator.matches(version) { return false }
        return !version.isPrerelease || comparators.contains { $0.admitsPrerelease(of: version) }
    }

    package static func == (left: Requirement, right: Requirement) -> Bool { left.text == right.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
