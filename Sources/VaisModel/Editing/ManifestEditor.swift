/// Adds and removes dependencies in a manifest's text, and leaves everything else as it is: comments, order, spacing, line
/// ends and the tables that the model does not know.
///
/// A failed edit leaves the text unchanged.
package struct ManifestEditor {
    private var lines: LineEditing
    private let file: String

    package init(text: String, file: String = Manifest.fileName) {
        lines = LineEditing(bytes: Array(text.utf8))
        self.file = file
    }

    package var text: String { String(decoding: lines.bytes, as: UTF8.self) }

    /// States `requirement` for `name`. A dependency that is already there keeps its other keys.
    ///
    /// - Throws: `.requirement` when that does not parse, `.manifest` when the text is no manifest, or when the change
    ///   would not leave one.
    package mutating func add(_ name: PackageName, requirement: String, dev: Bool) throws(ModelError) {
        let kind: DependencyKind = dev ? .dev : .normal
        try add(Dependency(name: name, requirement: try Requirement(parsing: requirement), kind: kind))
    }

    /// States `dependency`. One of this name that is already there is replaced, except that a mere requirement changes
    /// only its `version`.
    package mutating func add(_ dependency: Dependency) throws(ModelError) {
        let before = try read(lines)
        let layout = try layout(of: before.document, dev: dependency.kind == .dev)
        var after = lines
        if let node = DependencyEdit.node(of: dependency.name, in: layout, before.document) {
            try DependencyEdit(layout: layout, dependency: dependency).update(node, in: &after, file: file)
        } else {
            DependencyEdit(layout: layout, dependency: dependency).insert(into: &after)
        }
        _ = try read(after)
        lines = after
    }

    /// States in full each dependency that the manifest takes from its workspace, so that it means the same without one. Paths are left
    /// out: they lead nowhere on another machine.
    ///
    /// - Parameter inherited: what they come to; see `Manifest.inheriting(from:)`.
    /// - Throws: `.manifest` when the text is no manifest, or when its dependencies are an inline table.
    package mutating func stateInherited(_ inherited: [Dependency]) throws(ModelError) {
        var after = lines
        for own in try read(lines).manifest.dependencies where own.isInherited {
            guard var stated = inherited.first(where: { $0.name == own.name && $0.kind == own.kind }) else { continue }
            stated.path = nil
            let (document, _) = try read(after)
            let layout = try layout(of: document, dev: own.kind == .dev)
            guard let node = DependencyEdit.node(of: own.name, in: layout, document) else { continue }
            DependencyEdit(layout: layout, dependency: stated).replace(node, in: &after)
        }
        _ = try read(after)
        lines = after
    }

    /// Removes `name`, and says whether it was there.
    ///
    /// - Throws: `.manifest` when the text is no manifest, or when its dependencies are an inline table.
    package mutating func remove(_ name: PackageName, dev: Bool) throws(ModelError) -> Bool {
        let before = try read(lines)
        let layout = try layout(of: before.document, dev: dev)
        var after = lines
        guard DependencyRemoval(layout: layout, name: name).apply(to: &after) else { return false }
        _ = try read(after)
        lines = after
        return true
    }

    private func read(_ lines: LineEditing) throws(ModelError) -> (document: TOML.Document, manifest: Manifest) {
        let manifest = try Manifest(parsing: lines.bytes, file: file)
        do throws(TOML.Fault) {
            return (try TOML.parse(lines.bytes), manifest)
        } catch {
            throw ModelError(.manifest, error.message, file: file, line: error.line)
        }
    }

    private func layout(of document: TOML.Document, dev: Bool) throws(ModelError) -> DependencyLayout {
        let underscored = dev && document.root["dev_dependencies"] != nil
        let key = !dev ? "dependencies" : underscored ? "dev_dependencies" : "dev-dependencies"
        let layout = DependencyLayout(key: key, of: document)
        guard let inline = layout.inline else { return layout }
        throw ModelError(
            .manifest, "`\(key)` is an inline table, which cannot be edited line by line",
            hint: "write it as [\(key)] with one dependency per line", file: file, line: inline.line)
    }
}
