package import VaisModel

/// What an event changed about a release, or about the whole package, after publication: a status line of the index.
package struct IndexStatus: Sendable, Equatable {
    package enum Change: Sendable, Equatable {
        case yank(Yank)
        case unyank
        case deprecation(Deprecation)
        case endOfDeprecation
    }

    package var change: Change
    /// Nil for the whole package, which only a deprecation can mean.
    package var version: Version?
    /// The serial of the event.
    package var serial: UInt64

    package init(_ change: Change, of version: Version?, serial: UInt64) {
        self.change = change
        self.version = version
        self.serial = serial
    }
}
