/// The `metadata` field of a publish: what the client says of the release. The archive's manifest is the only source of
/// truth; the server refuses what disagrees with it and takes from it what is nil here.
///
/// The texts are as they came: the server checks names, versions and requirements later, in the order that the interface
/// promises. Unknown members, such as `authors` and `checksum` of older clients, are ignored.
package struct PublishMetadata: JSONShape, Equatable {
    package var name: String
    package var version: String
    package var description: String?
    package var homepage: String?
    package var repository: String?
    package var documentation: String?
    package var license: String?
    package var keywords: [String]?
    package var categories: [String]?
    package var dependencies: [Dependency]?
    package var devDependencies: [Dependency]?
    package var readme: String?

    /// A dependency; nil is what the client did not say. A missing version means `*`.
    package struct Dependency: Sendable, Equatable {
        package var name: String
        package var version: String?
        package var features: [String]?
        package var isOptional: Bool?
        package var target: String?

        package init(
            name: String, version: String? = nil, features: [String]? = nil, isOptional: Bool? = nil,
            target: String? = nil
        ) {
            self.name = name
            self.version = version
            self.features = features
            self.isOptional = isOptional
            self.target = target
        }

        package var requirement: String { version ?? "*" }
    }

    package init(name: String, version: String) {
        self.name = name
        self.version = version
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.string("name")
        version = try object.string("version")
        description = try object.optionalString("description")
        homepage = try object.optionalString("homepage")
        repository = try object.optionalString("repository")
        documentation = try object.optionalString("documentation")
        license = try object.optionalString("license")
        keywords = try object.optional("keywords") { (json: JSONValue) throws(ProtocolError) in try json.strings() }
        categories = try object.optional("categories") { (json: JSONValue) throws(ProtocolError) in try json.strings() }
        dependencies = try object.optional("dependencies", PublishMetadata.dependencies)
        devDependencies = try object.optional("dev_dependencies", PublishMetadata.dependencies)
        readme = try object.optionalString("readme")
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name)
            writer.member("version", version)
            writer.member("description", ifPresent: description)
            writer.member("homepage", ifPresent: homepage)
            writer.member("repository", ifPresent: repository)
            writer.member("documentation", ifPresent: documentation)
            writer.member("license", ifPresent: license)
            if let keywords { writer.member("keywords", keywords) }
            if let categories { writer.member("categories", categories) }
            if let dependencies { PublishMetadata.encode("dependencies", dependencies, to: &writer) }
            if let devDependencies { PublishMetadata.encode("dev_dependencies", devDependencies, to: &writer) }
            writer.member("readme", ifPresent: readme)
        }
    }

    // MARK: - Dependency tables

    private static func dependencies(_ json: JSONValue) throws(ProtocolError) -> [Dependency] {
        var dependencies: [Dependency] = []
        for member in try json.object().members {
            do { dependencies.append(try dependency(member)) } catch { throw error.inside(key: member.key) }
        }
        return dependencies
    }

    private static func dependency(_ member: JSONObject.Member) throws(ProtocolError) -> Dependency {
        guard case .object(let object) = member.value else {
            return Dependency(name: member.key, version: try member.value.string())
        }
        return Dependency(
            name: member.key,
            version: try object.optionalString("version"),
            features: try object.optional("features") { (json: JSONValue) throws(ProtocolError) in try json.strings() },
            isOptional: try object.optional("optional") { (json: JSONValue) throws(ProtocolError) in try json.bool() },
            target: try object.optionalString("target"))
    }

    private static func encode(_ key: String, _ dependencies: [Dependency], to writer: inout JSONWriter) {
        writer.key(key)
        writer.object { writer in
            for dependency in dependencies {
                writer.key(dependency.name)
                guard dependency.features != nil || dependency.isOptional != nil || dependency.target != nil else {
                    writer.value(dependency.requirement)
                    continue
                }
                writer.object { writer in
                    writer.member("version", ifPresent: dependency.version)
                    if let features = dependency.features { writer.member("features", features) }
                    if let isOptional = dependency.isOptional { writer.member("optional", isOptional) }
                    writer.member("target", ifPresent: dependency.target)
                }
            }
        }
    }
}
