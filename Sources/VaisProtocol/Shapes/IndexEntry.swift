package import VaisModel

/// One package of the original index: an element of `/index.json`, the whole of `/packages/{name}/index.json`, and what a
/// registry in a folder keeps. What is empty is left out.
package struct IndexEntry: JSONShape, Equatable {
    package var name: PackageName
    package var versions: [IndexVersionEntry]
    package var description: String?
    /// The owners' user names.
    package var authors: [String]
    package var homepage: String?
    package var repository: String?
    package var license: String?
    package var keywords: [String]

    /// Versions that were left out on reading and what is wrong with each. One bad release, which old registries accepted,
    /// must not hide the rest of the package; what cannot be read cannot be chosen.
    package private(set) var unreadable: [Unreadable] = []

    package struct Unreadable: Sendable, Equatable {
        /// What the entry calls its version, or nil when it does not.
        package let version: String?
        package let reason: String
    }

    package init(
        name: PackageName, versions: [IndexVersionEntry], description: String? = nil, authors: [String] = [],
        homepage: String? = nil, repository: String? = nil, license: String? = nil, keywords: [String] = []
    ) {
        self.name = name
        self.versions = versions
        self.description = description
        self.authors = authors
        self.homepage = homepage
        self.repository = repository
        self.license = license
        self.keywords = keywords
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        name = try object.parsed("name", PackageName.init(parsing:))
        description = try object.optionalString("description")
        authors = try object.strings("authors")
        homepage = try object.optionalString("homepage")
        repository = try object.optionalString("repository")
        license = try object.optionalString("license")
        keywords = try object.strings("keywords")
        versions = []
        for json in try object.required("versions", { (json: JSONValue) throws(ProtocolError) in try json.array() }) {
            do {
                versions.append(try IndexVersionEntry(json: json))
            } catch {
                let version = try? json.object().string("version")
                unreadable.append(Unreadable(version: version, reason: error.message))
            }
        }
        try refuseDuplicates()
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", name.text)
            writer.member("versions", versions)
            writer.member("description", ifPresent: description)
            writer.member("authors", ifAny: authors)
            writer.member("homepage", ifPresent: homepage)
            writer.member("repository", ifPresent: repository)
            writer.member("license", ifPresent: license)
            writer.member("keywords", ifAny: keywords)
        }
    }

    private func refuseDuplicates() throws(ProtocolError) {
        let sorted = versions.map(\.version).sorted()
        for (lower, upper) in zip(sorted, sorted.dropFirst()) where lower.hasSamePrecedence(as: upper) {
            throw ProtocolError(.unexpected, "the version \(upper) is there twice", path: "versions")
        }
    }

    /// Reads the array of all packages. A package that is there twice is refused; an entry that is not even a package is an error
    /// with its position.
    package static func list(parsing bytes: [UInt8], limits: JSONLimits) throws(ProtocolError) -> [IndexEntry] {
        let entries = try JSONValue(parsing: bytes, limits: limits).array(of: IndexEntry.init(json:))
        var names: Set<PackageName> = []
        for entry in entries where !names.insert(entry.name).inserted {
            throw ProtocolError(.unexpected, "the package \(entry.name) is there twice")
        }
        return entries
    }
}

/// One release of the original index. `yanked` is there only when true, `dependencies` only when there are some.
package struct IndexVersionEntry: JSONShape, Equatable {
    package var version: Version
    package var checksum: Checksum
    /// The archive's size in bytes; nil in an old index that does not tell.
    package var size: UInt64?
    package var yanked: Bool
    /// Of kind `normal` only, in name order.
    package var dependencies: [ReleaseDependency]

    package init(
        version: Version, checksum: Checksum, size: UInt64?, yanked: Bool = false,
        dependencies: [ReleaseDependency] = []
    ) {
        self.version = version
        self.checksum = checksum
        self.size = size
        self.yanked = yanked
        self.dependencies = dependencies.filter { $0.kind == .normal }.sorted { $0.name < $1.name }
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        let dependencies = try object.optional("dependencies", IndexVersionEntry.dependencies) ?? []
        self.init(
            version: try object.parsed("version", Version.init(parsing:)),
            checksum: try object.parsed("checksum", Checksum.init(parsing:)),
            size: try object.optionalCount("size"),
            yanked: try object.bool("yanked", default: false),
            dependencies: dependencies)
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("version", version.description)
            writer.member("checksum", checksum.hex)
            if let size { writer.member("size", size) }
            if yanked { writer.member("yanked", true) }
            guard !dependencies.isEmpty else { return }
            writer.key("dependencies")
            writer.object { writer in
                for dependency in dependencies {
                    writer.key(dependency.name.text)
                    writer.object { writer in
                        writer.member("req", dependency.requirement.text)
                        writer.member("features", ifAny: dependency.features)
                        if dependency.isOptional { writer.member("optional", true) }
                        writer.member("target", ifPresent: dependency.target)
                    }
                }
            }
        }
    }

    /// Name → `{"req":"^1.2", …}`; a bare requirement string is read too, since folders are filled by hand.
    private static func dependencies(_ json: JSONValue) throws(ProtocolError) -> [ReleaseDependency] {
        var dependencies: [ReleaseDependency] = []
        for member in try json.object().members {
            do { dependencies.append(try dependency(member)) } catch { throw error.inside(key: member.key) }
        }
        return dependencies
    }

    private static func dependency(_ member: JSONObject.Member) throws(ProtocolError) -> ReleaseDependency {
        let name = try JSONValue.string(member.key).parsed(PackageName.init(parsing:))
        guard case .object(let object) = member.value else {
            return ReleaseDependency(name: name, requirement: try member.value.parsed(Requirement.init(parsing:)))
        }
        return ReleaseDependency(
            name: name, requirement: try object.parsed("req", Requirement.init(parsing:)),
            features: try object.strings("features"), isOptional: try object.bool("optional", default: false),
            target: try object.optionalString("target"))
    }
}
