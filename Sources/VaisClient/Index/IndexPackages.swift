internal import Synchronization
package import VaisModel
internal import VaisProtocol
package import VaisResolver

/// The registries' indexes as the resolver wants them. A package comes from the one registry that its requirement names; there is no
/// falling through to another. Thread-safe.
package final class IndexPackages: PackageSource {
    private let sources: [String: any RegistrySource]
    /// Registries of the direct requirements that name one; everything else comes from the default.
    private let registries: [PackageName: String]
    private let loaded = Mutex<[PackageName: [CandidateRelease]]>([:])
    private let started = Mutex<Set<PackageName>>([])

    /// - Parameter sources: by logical name, `default` among them.
    package init(_ sources: [String: any RegistrySource], registries: [PackageName: String]) {
        self.sources = sources
        self.registries = registries
    }

    var allSources: [any RegistrySource] { Array(sources.values) }

    package func registry(of name: PackageName) -> String { registries[name] ?? "default" }

    package func source(of name: PackageName) throws(ClientError) -> any RegistrySource {
        let registry = registry(of: name)
        guard let source = sources[registry] else {
            throw ClientError(
                .input, "`\(name)` comes from the registry `\(registry)`, which nobody has defined",
                hint: "add `[registries.\(registry)]` with its `url` to vais.toml")
        }
        return source
    }

    package func releases(of name: PackageName) async throws -> [CandidateRelease] {
        if let known = knownReleases(of: name) { return known }
        return keep(name, try await source(of: name).index(of: name))
    }

    package func releases(of names: [PackageName]) async throws -> [[CandidateRelease]] {
        try await withThrowingTaskGroup(of: (Int, [CandidateRelease]).self) { group in
            for (position, name) in names.enumerated() {
                group.addTask { (position, try await self.releases(of: name)) }
            }
            var answers = [[CandidateRelease]](repeating: [], count: names.count)
            for try await (position, answer) in group { answers[position] = answer }
            return answers
        }
    }

    package func knownReleases(of name: PackageName) -> [CandidateRelease]? {
        if let known = loaded.withLock({ $0[name] }) { return known }
        guard let source = try? source(of: name), let document = source.knownIndex(of: name) else { return nil }
        return keep(name, document)
    }

    package func prefetch(_ names: [PackageName]) {
        let new = started.withLock { started in names.filter { started.insert($0).inserted } }
        for name in new {
            guard let source = try? source(of: name), source.knownIndex(of: name) == nil else { continue }
            // An error is met again, and reported, by whoever asks for the package.
            Task { _ = try? await source.index(of: name) }
        }
    }

    package func similarNames(to name: PackageName) async -> [PackageName] {
        guard let source = try? source(of: name) else { return [] }
        return await source.similarNames(to: name)
    }

    private func keep(_ name: PackageName, _ document: IndexDocument?) -> [CandidateRelease] {
        let releases = (document?.releases ?? []).map { release in
            CandidateRelease(
                version: release.version,
                dependencies: release.dependencies.filter { $0.kind == .normal && !$0.isOptional }
                    .map { CandidateDependency($0.name, $0.requirement) },
                yanked: release.isYanked)
        }
        loaded.withLock { $0[name] = releases }
        return releases
    }
}
