internal import VaisModel

/// One key of plugins.toml with its value, read by type; an error names file, line and key.
struct ConfigurationKey {
    private let entry: TOML.Table.Entry
    private let file: String
    /// The table it stands in: `["storage", "config"]`.
    private let path: [String]

    init(_ entry: TOML.Table.Entry, in file: String, path: [String]) {
        self.entry = entry
        self.file = file
        self.path = path
    }

    var origin: PluginChoice.Origin { .file(file, line: entry.line) }

    func error(_ reason: String, hint: String?) -> PluginError {
        PluginError(.configuration, "\(origin): \(reason)", hint: hint)
    }

    func unknown(_ known: [String]) -> PluginError {
        let place = path.isEmpty ? "at the top level" : "in `[\(path.joined(separator: "."))]`"
        let nearest = Suggestion.nearest(to: entry.key, among: known).map { "did you mean `\($0)`?" }
        return error(
            "unknown key \(quoted(entry.key)) \(place)",
            hint: nearest ?? "the keys known here are " + known.map { "`\($0)`" }.joined(separator: ", "))
    }

    func text() throws(PluginError) -> String {
        guard case .string(let text) = entry.node.value else { throw mistyped("a string") }
        return text
    }

    func bool() throws(PluginError) -> Bool {
        guard case .boolean(let flag) = entry.node.value else { throw mistyped("true or false") }
        return flag
    }

    func table() throws(PluginError) -> TOML.Table {
        guard case .table(let table) = entry.node.value else { throw mistyped("a table") }
        return table
    }

    func texts() throws(PluginError) -> [String] {
        guard case .array(let nodes) = entry.node.value else { throw mistyped("an array of strings") }
        var texts: [String] = []
        for node in nodes {
            guard case .string(let text) = node.value else {
                throw error("\(quoted(entry.key)) must hold strings only, and holds \(node.value.kind)", hint: nil)
            }
            texts.append(text)
        }
        return texts
    }

    /// A setting's value: a scalar, or where to get a secret. A relative `file` begins at `folder`.
    func content(folder: String) throws(PluginError) -> ConfiguredSetting.Content {
        switch entry.node.value {
        case .string(let text): return .text(text)
        case .integer(let number): return .integer(number)
        case .float(let number): return .double(number)
        case .boolean(let flag): return .bool(flag)
        case .table(let table):
            if table.entries.count == 1, let only = table.entries.first, case .string(let text) = only.node.value {
                let isUsable = !text.isEmpty && !text.utf8.contains(0)
                if only.key == "env", isUsable { return .fromEnvironment(text) }
                if only.key == "file", isUsable {
                    return .fromFile(text.utf8.first == UInt8(ascii: "/") ? text : folder + "/" + text)
                }
            }
            throw error(
                "\(quoted(entry.key)) is a table that is neither `{ env = \"NAME\" }` nor `{ file = \"PATH\" }`",
                hint: "a value that is not a secret is written as it is: `\(plainText(entry.key)) = …`")
        case .array, .dateTime: throw mistyped("a string, a number, true or false")
        }
    }

    private func mistyped(_ expected: String) -> PluginError {
        error("\(quoted(entry.key)) must be \(expected), and is \(entry.node.value.kind)", hint: nil)
    }
}
