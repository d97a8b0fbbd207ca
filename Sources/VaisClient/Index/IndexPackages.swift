internal import Synchronization
package import VaisModel
internal import VaisProtocol
package import VaisResolver

/// The registries' indexes, and the packages in folders, as the resolver wants them. A package comes from the one registry that its
/// requirement names, and what a release needs comes from where that release came from; there is no falling through to another, so
/// nobody can slip in a package by registering a private one's name elsewhere. Thread-safe.
package final class IndexPackages: PackageSource {
    private let opened: ProjectRegistries
    private let paths: PathDependencies
    /// Where each package comes from, as far as it is known: the project's own requirements at first, then what they lead to.
    private let registries: Mutex<[PackageName: String]>
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
        self.registries = Mutex(registries)
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

    package func registry(of name: PackageName) -> String {
        registries.withLock { $0[name] } ?? RegistryName.default
    }

    package func source(of name: PackageName) throws(ClientError) -> any RegistrySource {
        try opened.source(of: registry(of: name))
    }

    package func releases(of name: PackageName) async throws -> [CandidateRelease] {
        if let known = knownReleases(of: name) { return known }
        if let local = try paths.candidate(name) { return keep(name, [local]) }
        return keep(name, try candidates(of: name, try await source(of: name).index(of: name)))
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
        guard paths.folders[name] == nil, let source = try? source(of: name),
            let document = source.knownIndex(of: name),
            // An error is met again, and reported, by `releases`.
            let candidates = try? candidates(of: name, document)
        else { return nil }
        return keep(name, candidates)
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

    private func candidates(of name: PackageName, _ document: IndexDocument?) throws(ClientError) -> [CandidateRelease]
    {
        let registry = registry(of: name)
        var candidates: [CandidateRelease] = []
        for release in document?.releases ?? [] {
            let needed = release.dependencies.filter { $0.kind == .normal && !$0.isOptional }
            for dependency in needed { try assign(dependency.name, to: registry, neededBy: name) }
            candidates.append(
                CandidateRelease(
                    version: release.version,
                    dependencies: needed.map { CandidateDependency($0.name, overrides[$0.name] ?? $0.requirement) },
                    yanked: release.isYanked))
        }
        return candidates
    }

    private func assign(_ name: PackageName, to registry: String, neededBy dependent: PackageName) throws(ClientError) {
        guard paths.folders[name] == nil else { return }
        let other = registries.withLock { registries -> String? in
            if let known = registries[name] { return known == registry ? nil : known }
            registries[name] = registry
            return nil
        }
        guard let other else { return }
        throw ClientError(
            .input, "`\(name)` is to be taken from two registries, `\(other)` and `\(registry)`",
            causes: ["`\(dependent)` comes from `\(registry)`, and so does what it needs"],
            hint: "take both from one registry", reason: "registry")
    }

    private func keep(_ name: PackageName, _ releases: [CandidateRelease]) -> [CandidateRelease] {
        loaded.withLock { $0[name] = releases }
        return releases
    }
}
