/// How much work a resolution was: the same graph always costs the same steps, on any machine.
package struct ResolverStatistics: Hashable, Sendable {
    /// Versions tried.
    package var decisions = 0
    /// Dead ends met and learned from.
    package var conflicts = 0
    /// Facts derived.
    package var derivations = 0
    /// Times the resolver had to wait for its source.
    package var waits = 0

    package init() {}
}
