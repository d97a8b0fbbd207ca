package import VaisModel

/// Where the resolver learns which releases exist: a registry, its cache, a folder.
///
/// One resolution calls it from one task, never twice at the same time. What it answers must not change while a
/// resolution runs; the order of answers and of releases never matters. What it throws ends the resolution and reaches the
/// caller of `resolve` as it is.
package protocol PackageSource: Sendable {
    /// Every release of `name`, yanked ones included, each version once. Empty when there is no such package.
    func releases(of name: PackageName) async throws -> [CandidateRelease]

    /// The answers for `names`, in their order: one wait for many packages. Implement it where asking for many at once is
    /// cheaper; the default calls `prefetch` and then asks one by one.
    func releases(of names: [PackageName]) async throws -> [[CandidateRelease]]

    /// The answer if it is in memory already, nil if giving it would mean to wait.
    func knownReleases(of name: PackageName) -> [CandidateRelease]?

    /// Says that `names` will be asked for soon, so that they can be on their way together. Returns at once.
    func prefetch(_ names: [PackageName])

    /// Packages that exist and may have been meant by `name`, in any order; the resolver picks the nearest. Asked only when
    /// `name` does not exist, for the hint of an error.
    func similarNames(to name: PackageName) async -> [PackageName]
}

extension PackageSource {
    package func releases(of names: [PackageName]) async throws -> [[CandidateRelease]] {
        prefetch(names)
        var answers: [[CandidateRelease]] = []
        answers.reserveCapacity(names.count)
        for name in names { answers.append(try await releases(of: name)) }
        return answers
    }

    package func knownReleases(of name: PackageName) -> [CandidateRelease]? { nil }

    package func prefetch(_ names: [PackageName]) {}

    package func similarNames(to name: PackageName) async -> [PackageName] { [] }
}
