/// Reads one table of dependencies.
struct DependencyReader {
    /// In the flat form a string that is no requirement is a path.
    let isFlat: Bool
    /// The package whose dependencies these are, which cannot be one of them.
    let owner: PackageName?

    private static let keys = [
        "version", "path", "registry", "optional", "features", "target", "workspace",
    ]
    private static let elsewhere = ["git", "url", "rev", "branch", "tag"]

    /// The dependencies by name.
    func read(_ table: TableReader, kind: DependencyKind) throws(ModelError) -> [Dependency] {
        var result: [Dependency] = []
        var seen: [String: PackageName] = [:]
        for entry in table.table.entries {
            let dependency: Dependency
            do throws(ModelError) {
                dependency = try read(entry, in: table, kind: kind)
            } catch {
                throw error.located(file: table.file, line: entry.line)
            }
            if let other = seen.updateValue(dependency.name, forKey: dependency.name.identity) {
                throw table.error(
                    "`\(other)` and `\(dependency.name)` are the same name to a registry", hint: "keep one of them",
                    line: entry.line)
            }
            if let owner, owner.identity == dependency.name.identity {
                throw table.error(
                    "`\(owner)` depends on itself", hint: "remove it from \(table.title)", line: entry.line)
            }
            result.append(dependency)
        }
        return result.sorted { $0.name < $1.name }
    }

    private func read(
        _ entry: TOML.Table.Entry, in table: TableReader, kind: DependencyKind
    ) throws(ModelError) -> Dependency {
        let name = try PackageName(parsing: entry.key)
        switch entry.node.value {
        case .string(let text):
            if isPath(text) {
                return Dependency(
                    name: name, requirement: .any, hasRequirement: false, kind: kind,
                    path: try checkedPath(text, of: name), line: entry.line)
            }
            return Dependency(name: name, requirement: try requirement(text, of: name), kind: kind, line: entry.line)
        case .table(let inner):
            let title = "dependency `\(name)`"
            return try read(
                TableReader(table: inner, title: title, file: table.file), name: name, kind: kind, line: entry.line)
        default:
            throw table.wrongType(entry, expected: "a requirement or a table")
        }
    }

    private func read(
        _ table: TableReader, name: PackageName, kind: DependencyKind, line: Int
    ) throws(ModelError) -> Dependency {
        for entry in table.table.entries where DependencyReader.elsewhere.contains(entry.key) {
            throw table.error(
                "dependency `\(name)` has \(quoted(entry.key)): packages come from a registry or a folder",
                hint: "state a `version`, or a `path`", line: entry.line)
        }
        try table.refuseUnknown(known: DependencyReader.keys)
        var dependency = Dependency(name: name, requirement: .any, hasRequirement: false, kind: kind, line: line)
        if let text = try table.string("version") {
            dependency.requirement = try requirement(text, of: name)
            dependency.hasRequirement = true
        }
        if let path = try table.string("path") { dependency.path = try checkedPath(path, of: name) }
        if let registry = try table.string("registry") {
            guard RegistryName.isValid(registry) else {
                throw table.error(
                    "\(quoted(registry)) is not a registry's name",
                    hint: "name one of [registries]; its URL stands there",
                    line: table.table["registry"]?.line)
            }
            dependency.registry = registry
        }
        dependency.features = try table.strings("features")
        dependency.optional = try table.boolean("optional") ?? false
        dependency.target = try table.text("target")
        dependency.isInherited = try table.boolean("workspace") ?? false
        if dependency.isInherited {
            for key in ["version", "path", "registry", "target"] {
                guard let entry = table.table[key] else { continue }
                throw table.error(
                    "dependency `\(name)` takes its \(quoted(key)) from the workspace",
                    hint: "remove `workspace = true`, or \(quoted(key))", line: entry.line)
            }
        }
        return dependency
    }

    private func requirement(_ text: String, of name: PackageName) throws(ModelError) -> Requirement {
        do throws(ModelError) {
            return try Requirement(parsing: text)
        } catch {
            var error = error
            error.message = "dependency `\(name)`: \(error.message)"
            if text.utf8.contains(UInt8(ascii: "/")) { error.hint = "write a folder as `{ path = \"…\" }`" }
            throw error
        }
    }

    private func isPath(_ text: String) -> Bool {
        if text.hasPrefix("./") || text.hasPrefix("../") || text == "." || text == ".." { return true }
        return isFlat && !text.isEmpty && !text.contains(":") && (try? Requirement(parsing: text)) == nil
    }

    private func checkedPath(_ path: String, of name: PackageName) throws(ModelError) -> String {
        guard !path.isEmpty, path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw ModelError(.manifest, "dependency `\(name)` has the path \(quoted(path)), which names no folder")
        }
        return path
    }
}
