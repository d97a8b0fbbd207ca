package import VaisModel

/// One release as its package's index knows it: what never changes, and what the status lines say of it now.
package struct IndexRelease: Sendable, Equatable {
    package var version: Version
    package var checksum: Checksum
    /// The archive's size in bytes.
    package var size: UInt64
    package var published: Timestamp
    package var dependencies: [ReleaseDependency]
    /// The serial of the event that published the release.
    package var serial: UInt64

    /// Set while the release is yanked: it is then chosen only by projects that already lock it.
    package var yank: Yank?
    /// Set while the release, alone, is deprecated; see `IndexDocument.deprecation` for the whole package.
    package var deprecation: Deprecation?

    package var isYanked: Bool { yank != nil }

    package init(
        version: Version, checksum: Checksum, size: UInt64, published: Timestamp,
        dependencies: [ReleaseDependency] = [], serial: UInt64, yank: Yank? = nil, deprecation: Deprecation? = nil
    ) {
        self.version = version
        self.checksum = checksum
        self.size = size
        self.published = published
        self.dependencies = dependencies
        self.serial = serial
        self.yank = yank
        self.deprecation = deprecation
    }
}

/// Why a release was yanked, as far as somebody said.
package struct Yank: Sendable, Equatable {
    /// One word that programs branch on, such as `security` or `broken`.
    package var reason: String?
    package var message: String?

    package init(reason: String? = nil, message: String? = nil) {
        self.reason = reason
        self.message = message
    }
}

/// Advice not to use a package or a release any more. Resolution is not affected.
package struct Deprecation: Sendable, Equatable {
    package var message: String?
    package var replacement: PackageName?

    package init(message: String? = nil, replacement: PackageName? = nil) {
        self.message = message
        self.replacement = replacement
    }
}
