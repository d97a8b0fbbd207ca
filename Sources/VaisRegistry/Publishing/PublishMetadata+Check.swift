internal import VaisModel
internal import VaisProtocol

/// What a client sends beside an archive proves nothing: the archive's own manifest counts. But a client that says something else is
/// confused or lying, and is told so.
extension PublishMetadata {
    func check(against manifest: Manifest, _ id: ReleaseID) throws(Problem) {
        do throws(ModelError) {
            _ = try PackageName(parsing: name)
            _ = try Version(parsing: version)
        } catch {
            throw Problem(manifest: error)
        }
        try compare("name", name, id.name.text)
        try compare("version", version, id.version.description)
        try compare("description", description, manifest.description)
        try compare("homepage", homepage, manifest.homepage)
        try compare("repository", repository, manifest.repository)
        try compare("documentation", documentation, manifest.documentation)
        try compare("license", license, manifest.license)
        if let keywords, Set(keywords) != Set(manifest.keywords) { throw .manifestMismatch(field: "keywords") }
        if let categories, Set(categories) != Set(manifest.categories) { throw .manifestMismatch(field: "categories") }
        if let dependencies { try compare("dependencies", dependencies, manifest.dependencies(.normal)) }
        if let devDependencies { try compare("dev_dependencies", devDependencies, manifest.dependencies(.dev)) }
    }

    private func compare(_ field: String, _ said: String?, _ real: String?) throws(Problem) {
        // By bytes: two spellings of one accent are not the same text.
        if let said, !said.utf8.elementsEqual((real ?? "").utf8) { throw .manifestMismatch(field: field) }
    }

    private func compare(
        _ field: String, _ said: [PublishMetadata.Dependency], _ real: [VaisModel.Dependency]
    ) throws(Problem) {
        guard said.count == real.count else { throw .manifestMismatch(field: field) }
        let byName = Dictionary(real.map { ($0.name.text, $0) }, uniquingKeysWith: { first, _ in first })
        for dependency in said {
            guard let other = byName[dependency.name] else { throw .manifestMismatch(field: field) }
            let requirement: Requirement
            do throws(ModelError) {
                requirement = try Requirement(parsing: dependency.requirement)
            } catch {
                throw .invalidRequirement(of: dependency.name, error)
            }
            guard requirement.description == other.requirement.description,
                dependency.features.map({ Set($0) == Set(other.features) }) ?? true,
                dependency.isOptional.map({ $0 == other.optional }) ?? true,
                dependency.target.map({ $0 == other.target }) ?? true
            else { throw .manifestMismatch(field: field) }
        }
    }
}
