internal import Synchronization
package import VaisModel
internal import VaisProtocol
package import VaisResolver

/// The registries' indexes, and the packages in folders, as the resolver wants them. A package comes from the one registry that its
/// requirement names; there is no falling through to another. Thread-safe.
package final class IndexPackages: PackageSource {
    private let opened: ProjectRegistries
    private let paths: PathDependencies
    /// Registries of the direct requirements that name one; everything else comes from the default.
    private let registries: [PackageName: String]
    /// What the project demands of packages whatever the packages that need them say.
    private let overrides: [PackageName: Requirement]
    private let loaded = Mutex<[PackageName: [CandidateRelease]]>([:])
    private let started = Mutex<Set<PackageName>>([])

    init(_ opened: ProjectRegistries, paths: PathDependencies, manifest: Manifest) throws(ClientError) {
        self.opened = opened
        self.paths = paths
        var registries: [PackageName: String] = [:]
        for dependency in manifest.dependencies + manifest.overrides + paths.requirements where dependency.path == nil {
            let registry = dependency.registry ?? RegistryName.default
            if let other = registries.updateValue(registry, forKey: dependency.name), other != registry {
                throw ClientError(
                    .input, "`\(dependency.name)` is to be taken from two registries, `\(other)` and `\(registry)`",
                    hint: "name the same registry wherever it is required", reason: "registry")
            }
        }
        self.registries = registries
        var overrides: [PackageName: Requirement] = [:]
        do throws(ModelError) {
            for override in manifest.overrides {
                overrides[override.name] =
                    override.path == nil
                    ? override.requirement : try paths.exactly(override.name) ?? override.requirement
            }
        } catch {
            throw ClientError(error)
        }
        self.overrides = overrides
    }

    package func registry(of name: PackageName) -> String { registries[name] ?? RegistryName.default }

    package func source(of name: PackageName) throws(ClientError) -> any RegistrySource {
        try opened.source(of: registry(of: name))
    }

    package func releases(of name: PackageName) async throws -> [CandidateRelease] {
        if let known = knownReleases(of: name) { return known }
        if let local = try paths.candidate(name) { return keep(name, [local]) }
        return keep(name, candidates(try await source(of: name).index(of: name)))
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
        guard paths.folders[name] == nil, let source = try? source(of: name), let document = source.knownIndex(of: name)
        else { return nil }
        return keep(name, candidates(document))
    }

    package func prefetch(_ names: [PackageName]) {
        let new = started.withLock { started in names.filter { started.insert($0).inserted } }
        for name in new where paths.folders[name] == nil {
            guard let source = try? source(of: name), source.knownIndex(of: name) == nil else { continue }
            // An error is met again, and reported, by whoever asks for the package.
            Task { _ = try? await source.index(of: name) }
        }
    }

    package func similarNames(to name: PackageName) async -> [PackageName] {
        guard let source = try? source(of: name) else { return [] }
        return await source.similarNames(to: name)
    }

    private func candidates(_ document: IndexDocument?) -> [CandidateRelease] {
        (document?.releases ?? []).map { release in
            CandidateRelease(
                version: release.version,
                dependencies: release.dependencies.filter { $0.kind == .normal && !$0.isOptional }
                    .map { CandidateDependency($0.name, overrides[$0.name] ?? $0.requirement) },
                yanked: release.isYanked)
        }
    }

    private func keep(_ name: PackageName, _ releases: [CandidateRelease]) -> [CandidateRelease] {
        loaded.withLock { $0[name] = releases }
        return releases
    }
}
