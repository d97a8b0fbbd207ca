/// Writes one dependency into a table of dependencies, in the style of what is there.
struct DependencyEdit {
    let layout: DependencyLayout
    let dependency: Dependency

    /// The value of `name` in the table, if it is there.
    static func node(of name: PackageName, in layout: DependencyLayout, _ document: TOML.Document) -> TOML.Node? {
        guard case .table(let table)? = document.root[layout.key]?.node.value else { return nil }
        return table[name.text]?.node
    }

    // MARK: - A dependency that is there

    func update(_ node: TOML.Node, in lines: inout LineEditing, file: String) throws(ModelError) {
        guard isMereRequirement else { return replace(node, in: &lines) }
        switch node.value {
        case .table(let table):
            if let workspace = table["workspace"] {
                throw ModelError(
                    .manifest, "dependency `\(dependency.name)` is stated by the workspace",
                    hint: "change it in [workspace.dependencies] of the workspace's manifest", file: file,
                    line: workspace.line)
            }
            if let version = table["version"]?.node.range {
                lines.replace(version, with: quotedRequirement(like: version, in: lines))
            } else {
                insertVersion(node, isEmpty: table.entries.isEmpty, in: &lines)
            }
        default:
            lines.replace(node.range, with: quotedRequirement(like: node.range, in: lines))
        }
    }

    func replace(_ node: TOML.Node, in lines: inout LineEditing) {
        if !node.range.isEmpty { return lines.replace(node.range, with: value) }
        _ = DependencyRemoval(layout: layout, name: dependency.name).apply(to: &lines)
        guard let document = try? TOML.parse(lines.bytes) else { return }
        let remaining = DependencyLayout(key: layout.key, of: document)
        DependencyEdit(layout: remaining, dependency: dependency).insert(into: &lines)
    }

    /// Adds a `version` to a table that has none, in the way the table is written.
    private func insertVersion(_ node: TOML.Node, isEmpty: Bool, in lines: inout LineEditing) {
        let requirement = TOML.quote(dependency.requirement.text)
        if !node.range.isEmpty {
            let start = node.range.lowerBound + 1
            lines.replace(start..<start, with: " version = \(requirement)" + (isEmpty ? " " : ","))
        } else if let subtable = layout.subtables.first(where: { $0.name == dependency.name.text }) {
            let position = lines.lineEnd(subtable.header.range.upperBound)
            lines.insert(lines: ["version = \(requirement)"], at: position)
        } else if let entry = layout.entries.first(where: { $0.name == dependency.name.text }) {
            let line = "\(dependency.name).version = \(requirement)"
            lines.insert(lines: [line], at: lines.lineStart(entry.range.lowerBound))
        } else if let entry = layout.dotted.first(where: { $0.name == dependency.name.text }) {
            let line = "\(layout.key).\(dependency.name).version = \(requirement)"
            lines.insert(lines: [line], at: lines.lineStart(entry.range.lowerBound))
        }
    }

    // MARK: - A new dependency

    func insert(into lines: inout LineEditing) {
        if let header = layout.header {
            insertIntoSection(header, &lines)
        } else if let last = layout.dotted.last {
            let line = self.line(like: last, in: lines, key: "\(layout.key).\(dependency.name)")
            lines.insert(lines: [line], at: lines.lineEnd(last.range.upperBound))
        } else if let first = layout.subtables.first {
            // The comment above a sub-table is about it, so the new table goes above both.
            var position = lines.lineStart(first.header.range.lowerBound)
            while position > 0 {
                let previous = lines.lineStart(position - 1)
                guard lines.isBlank(previous, orComment: true), !lines.isBlank(previous) else { break }
                position = previous
            }
            lines.insert(lines: ["[\(layout.key)]", plainLine, ""], at: position)
        } else {
            var end = lines.bytes.count
            while end > 0, lines.isBlank(lines.lineStart(end - 1)) { end = lines.lineStart(end - 1) }
            let isEmpty = end == 0
            lines.insert(lines: (isEmpty ? [] : [""]) + ["[\(layout.key)]", plainLine], at: end)
        }
    }

    /// In order when the section is in order, else at its end.
    private func insertIntoSection(_ header: TOML.Statement, _ lines: inout LineEditing) {
        guard let last = layout.entries.last else {
            return lines.insert(lines: [plainLine], at: lines.lineEnd(header.range.upperBound))
        }
        let names = layout.entries.map(\.name)
        let isSorted = zip(names, names.dropFirst()).allSatisfy { $0 <= $1 }
        let predecessor = isSorted ? layout.entries.last { $0.name < dependency.name.text } : last
        let line = self.line(like: predecessor ?? layout.entries[0], in: lines, key: dependency.name.text)
        let position = lines.lineEnd((predecessor?.range ?? header.range).upperBound)
        lines.insert(lines: [line], at: position)
    }

    // MARK: - Text

    private var isMereRequirement: Bool {
        dependency.registry == nil && dependency.path == nil && dependency.features.isEmpty && !dependency.optional
            && dependency.target == nil && !dependency.isInherited
    }

    private var plainLine: String { "\(dependency.name) = \(value)" }

    private var value: String {
        if isMereRequirement { return TOML.quote(dependency.requirement.text) }
        var pairs: [String] = []
        if dependency.isInherited { pairs.append("workspace = true") }
        if dependency.hasRequirement && !dependency.isInherited {
            pairs.append("version = \(TOML.quote(dependency.requirement.text))")
        }
        if let path = dependency.path { pairs.append("path = \(TOML.quote(path))") }
        if let registry = dependency.registry { pairs.append("registry = \(TOML.quote(registry))") }
        if dependency.optional { pairs.append("optional = true") }
        if !dependency.features.isEmpty {
            pairs.append("features = [" + dependency.features.map(TOML.quote).joined(separator: ", ") + "]")
        }
        if let target = dependency.target { pairs.append("target = \(TOML.quote(target))") }
        return "{ " + pairs.joined(separator: ", ") + " }"
    }

    /// A line with the indentation, the spaces around `=` and the quotes of `neighbour`.
    private func line(like neighbour: DependencyLayout.Entry, in lines: LineEditing, key: String) -> String {
        let start = lines.lineStart(neighbour.range.lowerBound)
        let indentation = String(decoding: lines.bytes[start..<neighbour.range.lowerBound], as: UTF8.self)
        guard case .assignment(let valueRange) = neighbour.statement.kind else { return indentation + plainLine }
        let isTight = lines.bytes[valueRange.lowerBound - 1] == UInt8(ascii: "=")
        let text = isMereRequirement ? quotedRequirement(like: valueRange, in: lines) : value
        // A byte order mark at the start of the file is no indentation.
        return indentation.filter { $0 == " " || $0 == "\t" } + key + (isTight ? "=" : " = ") + text
    }

    private func quotedRequirement(like range: Range<Int>, in lines: LineEditing) -> String {
        let isLiteral = lines.bytes[range.lowerBound] == UInt8(ascii: "'")
        return isLiteral ? "'\(dependency.requirement.text)'" : TOML.quote(dependency.requirement.text)
    }
}
