/// A version by SemVer 2.0.0: `1.4.0`, `2.0.0-rc.1+linux`. Each number goes up to 2^64−1.
///
/// `==`, `<` and hashing look at everything, the build too, so that a version can be a key. Precedence, which ignores the
/// build, is `precedes`. A version without prerelease and build is three numbers and an empty reference: copying and
/// comparing it costs no allocation.
package struct Version: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What a registry accepts at most, in bytes; a version by itself has no such limit.
    package static let maximumPublishedLength = 128

    package let major: UInt64
    package let minor: UInt64
    package let patch: UInt64
    private let suffix: Suffix?

    package init(major: UInt64, minor: UInt64, patch: UInt64) {
        self.init(major: major, minor: minor, patch: patch, prerelease: [], build: "")
    }

    init(major: UInt64, minor: UInt64, patch: UInt64, prerelease: [Identifier], build: String) {
        self.major = major
        self.minor = minor
        self.patch = patch
        suffix = prerelease.isEmpty && build.isEmpty ? nil : Suffix(prerelease: prerelease, build: build)
    }

    /// The prerelease's identifiers, empty for a release.
    package var prerelease: [Identifier] { suffix?.prerelease ?? [] }

    /// The build metadata without its `+`, empty when there is none.
    package var build: String { suffix?.build ?? "" }

    package var isPrerelease: Bool { suffix.map { !$0.prerelease.isEmpty } ?? false }

    package var description: String {
        guard let suffix else { return "\(major).\(minor).\(patch)" }
        var text = "\(major).\(minor).\(patch)"
        for (index, identifier) in suffix.prerelease.enumerated() {
            text += index == 0 ? "-" : "."
            text += identifier.text
        }
        if !suffix.build.isEmpty { text += "+" + suffix.build }
        return text
    }

    /// Whether this version has lower precedence than `other` (SemVer 2.0.0 section 11). Builds do not count.
    package func precedes(_ other: Version) -> Bool { precedence(to: other) == .before }

    /// Whether both are the same version to a registry: `1.0.0+a` and `1.0.0+b` are.
    package func hasSamePrecedence(as other: Version) -> Bool { precedence(to: other) == .same }

    package static func < (left: Version, right: Version) -> Bool {
        switch left.precedence(to: right) {
        case .before: true
        case .after: false
        case .same: left.build < right.build
        }
    }

    package static func == (left: Version, right: Version) -> Bool {
        left.major == right.major && left.minor == right.minor && left.patch == right.patch
            && left.prerelease == right.prerelease && left.build == right.build
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(major)
        hasher.combine(minor)
        hasher.combine(patch)
        guard let suffix else { return }
        hasher.combine(suffix.prerelease)
        hasher.combine(suffix.build)
    }

    private func precedence(to other: Version) -> Ordering {
        if major != other.major { return .of(major, other.major) }
        if minor != other.minor { return .of(minor, other.minor) }
        if patch != other.patch { return .of(patch, other.patch) }
        if suffix == nil && other.suffix == nil { return .same }
        return .ofPrereleases(prerelease, other.prerelease)
    }

    /// The rarely present rest of a version, kept out of line.
    private final class Suffix: Sendable {
        let prerelease: [Identifier]
        let build: String

        init(prerelease: [Identifier], build: String) {
            self.prerelease = prerelease
            self.build = build
        }
    }
}
