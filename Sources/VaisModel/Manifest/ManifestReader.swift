extension Manifest {
    /// Reads a manifest. `file` is how errors name it.
    ///
    /// - Throws: `.manifest` with the line; the limits that bind publishing only are not checked here.
    package init(parsing bytes: [UInt8], file: String) throws(ModelError) {
        guard bytes.count <= Manifest.maximumSize else {
            throw ModelError(
                .manifest, "the manifest has \(bytes.count) bytes, and \(Manifest.maximumSize) are allowed", file: file)
        }
        let document: TOML.Document
        do throws(TOML.Fault) {
            document = try TOML.parse(bytes)
        } catch {
            throw ModelError(.manifest, error.message, file: file, line: error.line)
        }
        try ManifestReader(root: TableReader(table: document.root, title: "", file: file)).read(into: &self)
    }
}

/// Turns the tables of a manifest into its model.
struct ManifestReader {
    let root: TableReader

    static let packageKeys = [
        "name", "version", "authors", "description", "license", "homepage", "repository", "documentation", "keywords",
        "categories", "readme", "edition", "include", "exclude", "source", "binary", "assets",
    ]

    /// The tables that the model reads; all others are left alone.
    private static let tables = [
        "package", "dependencies", "dev-dependencies", "dev_dependencies", "features", "workspace", "registries",
        "overrides",
    ]

    func read(into manifest: inout Manifest) throws(ModelError) {
        manifest = Manifest()
        try readTopLevel(into: &manifest)
        if manifest.isFlat {
            try readPackage(root, into: &manifest)
        } else if let package = try root.reader("package", title: "[package]") {
            // Notes for other tools, as a table of their own, are theirs.
            try package.refuseUnknown(known: ManifestReader.packageKeys + ["metadata"])
            if package.table["name"] == nil {
                throw root.error(
                    "[package] has no `name`", hint: "add `name = \"…\"`", line: root.table["package"]?.line)
            }
            try readPackage(package, into: &manifest)
        }
        try readDependencies(into: &manifest)
        if let features = try root.reader("features", title: "[features]") {
            for entry in features.table.entries { manifest.features[entry.key] = try features.strings(entry) }
        }
        try readWorkspace(into: &manifest)
        try readRegistries(into: &manifest)
    }

    /// Tells the two forms apart: keys at the top level belong to a package only where `[package]` is missing.
    private func readTopLevel(into manifest: inout Manifest) throws(ModelError) {
        for entry in root.table.entries where !ManifestReader.tables.contains(entry.key) {
            if case .table = entry.node.value {
                warn(entry, into: &manifest)
            } else if case .array(let elements) = entry.node.value, case .table? = elements.first?.value {
                warn(entry, into: &manifest)
            } else if !ManifestReader.packageKeys.contains(entry.key) {
                throw root.unknown(entry, known: ManifestReader.packageKeys)
            } else if let package = root.table["package"] {
                throw root.error(
                    "\(quoted(entry.key)) stands at the top level, although there is a [package] table",
                    hint: "move it below `[package]` in line \(package.line)", line: entry.line)
            } else {
                manifest.isFlat = true
            }
        }
    }

    private func warn(_ entry: TOML.Table.Entry, into manifest: inout Manifest) {
        guard let known = Suggestion.nearest(to: entry.key, among: ManifestReader.tables) else { return }
        manifest.warnings.append(
            Manifest.Warning(
                message: "table \(quoted(entry.key)) is not known and is left alone; did you mean `\(known)`?",
                line: entry.line))
    }

    private func readPackage(_ package: TableReader, into manifest: inout Manifest) throws(ModelError) {
        if let name = try package.string("name") {
            do throws(ModelError) { manifest.name = try PackageName(parsing: name) } catch {
                throw located(error, package, "name")
            }
        }
        if let version = try package.string("version") {
            do throws(ModelError) { manifest.version = try Version(parsing: version) } catch {
                throw located(error, package, "version")
            }
        }
        manifest.description = try package.text("description")
        manifest.license = try package.text("license")
        manifest.homepage = try package.webAddress("homepage")
        manifest.repository = try package.webAddress("repository")
        manifest.documentation = try package.webAddress("documentation")
        manifest.authors = try package.strings("authors")
        manifest.keywords = try package.strings("keywords")
        manifest.categories = try package.strings("categories")
        manifest.readme = try package.text("readme")
        manifest.edition = try package.text("edition")
        manifest.include = try package.strings("include")
        manifest.exclude = try package.strings("exclude")
        manifest.source = try package.text("source")
        manifest.binary = try package.text("binary")
        if let assets = package.table["assets"], case .string(let text) = assets.node.value {
            manifest.assets = [text]
        } else {
            manifest.assets = try package.strings("assets")
        }
    }

    private func located(_ error: ModelError, _ reader: TableReader, _ key: String) -> ModelError {
        error.located(file: reader.file, line: reader.table[key]?.line)
    }

    private func readDependencies(into manifest: inout Manifest) throws(ModelError) {
        let reader = DependencyReader(isFlat: manifest.isFlat, owner: manifest.name)
        if let table = try root.reader("dependencies", title: "[dependencies]") {
            manifest.dependencies = try reader.read(table, kind: .normal)
        }
        var dev = try root.reader("dev-dependencies", title: "[dev-dependencies]")
        if let other = root.table["dev_dependencies"] {
            if let first = root.table["dev-dependencies"] {
                throw root.error(
                    "`dev_dependencies` and `dev-dependencies` are the same table, which is already in line \(first.line)",
                    hint: "merge them into [dev-dependencies]", line: other.line)
            }
            dev = try root.reader("dev_dependencies", title: "[dev_dependencies]")
        }
        if let dev { manifest.dependencies += try reader.read(dev, kind: .dev) }
        if let overrides = try root.reader("overrides", title: "[overrides]") {
            manifest.overrides = try DependencyReader(isFlat: false, owner: nil).read(overrides, kind: .normal)
        }
    }

    private func readWorkspace(into manifest: inout Manifest) throws(ModelError) {
        guard let workspace = try root.reader("workspace", title: "[workspace]") else { return }
        try workspace.refuseUnknown(known: ["members", "dependencies"])
        manifest.workspaceMembers = try workspace.strings("members")
        if let shared = try workspace.reader("dependencies", title: "[workspace.dependencies]") {
            manifest.workspaceDependencies = try DependencyReader(isFlat: false, owner: nil).read(shared, kind: .normal)
            for dependency in manifest.workspaceDependencies where dependency.isInherited {
                throw shared.error(
                    "\(quoted(dependency.name.text)) cannot inherit from the workspace that states it",
                    hint: "give it a `version`", line: dependency.line)
            }
        }
    }

    private func readRegistries(into manifest: inout Manifest) throws(ModelError) {
        guard let registries = try root.reader("registries", title: "[registries]") else { return }
        for entry in registries.table.entries {
            guard RegistryName.isValid(entry.key) else {
                throw root.error(
                    "\(quoted(entry.key)) is not a registry's name: use a-z, 0-9, `-` and `_`", line: entry.line)
            }
            let title = "[registries.\(entry.key)]"
            guard let registry = try registries.reader(entry.key, title: title) else { continue }
            try registry.refuseUnknown(known: ["url"])
            guard let url = try registry.string("url") else {
                throw root.error("\(title) has no `url`", line: entry.line)
            }
            let line = registry.table["url"]?.line
            guard let address = WebAddress(url, schemes: ["https", "http", "file"]) else {
                throw root.error(
                    "\(quoted(url)) is not a registry's URL", hint: "use an https, http or file URL", line: line)
            }
            guard !address.hasCredentials else {
                throw root.error(
                    "the URL of \(title) holds a name or password", hint: "remove it, and run `vais login`", line: line)
            }
            manifest.registries[entry.key] = url
        }
    }
}
