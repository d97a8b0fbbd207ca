extension Manifest {
    /// What a registry accepts of one release.
    package enum PublishingLimits {
        package static let dependencies = 1000
        package static let features = 300
        package static let keywords = 20
        package static let categories = 5
    }

    /// Checks what binds publishing only, and says which release this manifest would publish.
    ///
    /// - Parameter registry: The logical name of the registry to publish to, or nil to a registry, which does not know how
    ///   its users call it. Dependencies must come from the same one, since a release does not say where they come from.
    /// - Throws: `.publishing`.
    package func validateForPublishing(to registry: String? = nil) throws(ModelError) -> ReleaseID {
        guard let name else {
            throw ModelError(.publishing, "the manifest has no [package], so there is nothing to publish")
        }
        guard let version else {
            throw ModelError(
                .publishing, "`\(name)` has no version", hint: "add `version = \"0.1.0\"` below its `name`")
        }
        let length = version.description.utf8.count
        guard length <= Version.maximumPublishedLength else {
            throw ModelError(
                .publishing,
                "the version has \(length) bytes, and a published one may have \(Version.maximumPublishedLength)",
                hint: "shorten what follows the numbers")
        }
        try require(dependencies.count, atMost: PublishingLimits.dependencies, "dependencies")
        try require(features.count, atMost: PublishingLimits.features, "features")
        try require(keywords.count, atMost: PublishingLimits.keywords, "keywords")
        try require(categories.count, atMost: PublishingLimits.categories, "categories")
        for dependency in dependencies { try validate(dependency, publishedTo: registry) }
        return ReleaseID(name: name, version: version)
    }

    private func require(_ count: Int, atMost limit: Int, _ what: String) throws(ModelError) {
        guard count > limit else { return }
        throw ModelError(
            .publishing, "the manifest has \(count) \(what), and a published package may have \(limit)",
            hint: "remove \(count - limit) of them")
    }

    private func validate(_ dependency: Dependency, publishedTo registry: String?) throws(ModelError) {
        if dependency.isInherited {
            throw ModelError(
                .publishing, "dependency `\(dependency.name)` is stated by a workspace, which is not published",
                hint: "write its `version` instead of `workspace = true`", line: dependency.line)
        }
        if dependency.path != nil && !dependency.hasRequirement {
            throw ModelError(
                .publishing, "dependency `\(dependency.name)` is only a folder, which is not published",
                hint: "publish it, and add its `version` beside the `path`", line: dependency.line)
        }
        if let registry, dependency.registry ?? RegistryName.default != registry {
            throw ModelError(
                .publishing,
                "dependency `\(dependency.name)` comes from registry `\(dependency.registry ?? RegistryName.default)`, and the"
                    + " dependencies of a published package come from its own, `\(registry)`",
                hint: "publish `\(dependency.name)` to `\(registry)` first", line: dependency.line)
        }
    }
}
