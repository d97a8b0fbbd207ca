/// One condition of a requirement: an operator and a version of which minor and patch may be left out.
///
/// Its meaning is that of cargo's `semver` crate, partial versions and prereleases included.
package struct Comparator: Hashable, Sendable, CustomStringConvertible {
    package enum Operator: String, Hashable, Sendable {
        case exact = "="
        case greater = ">"
        case greaterOrEqual = ">="
        case less = "<"
        case lessOrEqual = "<="
        case tilde = "~"
        case caret = "^"
        /// `1.*` or `1.2.*`, written without an operator.
        case wildcard = "*"
    }

    package let `operator`: Operator
    package let major: UInt64
    package let minor: UInt64?
    /// Nil whenever `minor` is.
    package let patch: UInt64?
    /// Empty unless `patch` is given.
    package let prerelease: [Version.Identifier]

    package var description: String {
        var text = self.operator == .wildcard ? "" : self.operator.rawValue
        text += "\(major)"
        if let minor { text += ".\(minor)" }
        if let patch { text += ".\(patch)" }
        if !prerelease.isEmpty { text += "-" + prerelease.map(\.text).joined(separator: ".") }
        return self.operator == .wildcard ? text + ".*" : text
    }

    /// Whether `version` meets this condition taken alone; the requirement's prerelease rule comes on top.
    package func matches(_ version: Version) -> Bool {
        switch self.operator {
        case .exact, .wildcard: matchesExactly(version)
        case .greater: compares(version, as: .after)
        case .greaterOrEqual: matchesExactly(version) || compares(version, as: .after)
        case .less: compares(version, as: .before)
        case .lessOrEqual: matchesExactly(version) || compares(version, as: .before)
        case .tilde: matchesTilde(version)
        case .caret: matchesCaret(version)
        }
    }

    /// Whether this comparator lets the prereleases of `version`'s major.minor.patch through.
    func admitsPrerelease(of version: Version) -> Bool {
        !prerelease.isEmpty && major == version.major && minor == version.minor && patch == version.patch
    }

    private func matchesExactly(_ version: Version) -> Bool {
        major == version.major && (minor ?? version.minor) == version.minor && (patch ?? version.patch) == version.patch
            && prerelease == version.prerelease
    }

    /// Whether `version` is wholly before or after what is written here: `>1` starts at 2.0.0, `<1` ends below 1.0.0.
    private func compares(_ version: Version, as wanted: Ordering) -> Bool {
        if version.major != major { return Ordering.of(version.major, major) == wanted }
        guard let minor else { return false }
        if version.minor != minor { return Ordering.of(version.minor, minor) == wanted }
        guard let patch else { return false }
        if version.patch != patch { return Ordering.of(version.patch, patch) == wanted }
        return Ordering.ofPrereleases(version.prerelease, prerelease) == wanted
    }

    private func matchesTilde(_ version: Version) -> Bool {
        if version.major != major { return false }
        if let minor, version.minor != minor { return false }
        if let patch, version.patch != patch { return version.patch > patch }
        return Ordering.ofPrereleases(version.prerelease, prerelease) != .before
    }

    /// The leftmost number that is not zero must stay; what is right of it may grow.
    private func matchesCaret(_ version: Version) -> Bool {
        if version.major != major { return false }
        guard let minor else { return true }
        guard let patch else { return major > 0 ? version.minor >= minor : version.minor == minor }
        if version.minor != minor { return major > 0 && version.minor > minor }
        if version.patch != patch { return (major > 0 || minor > 0) && version.patch > patch }
        return Ordering.ofPrereleases(version.prerelease, prerelease) != .before
    }
}
