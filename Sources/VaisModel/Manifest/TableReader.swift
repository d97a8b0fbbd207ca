/// Reads the keys of one table by type; an error names the table, the key and the line.
struct TableReader {
    let table: TOML.Table
    /// As in the file, `[package]`; empty for the top level.
    let title: String
    let file: String

    func error(_ message: String, hint: String? = nil, line: Int?) -> ModelError {
        ModelError(.manifest, message, hint: hint, file: file, line: line)
    }

    /// Refuses every key that is not `known`, with the nearest one that is.
    func refuseUnknown(known: [String]) throws(ModelError) {
        for entry in table.entries where !known.contains(entry.key) { throw unknown(entry, known: known) }
    }

    func unknown(_ entry: TOML.Table.Entry, known: [String]) -> ModelError {
        let place = title.isEmpty ? "at the top level" : "in \(title)"
        let nearest = Suggestion.nearest(to: entry.key, among: known).map { "did you mean `\($0)`?" }
        return error(
            "unknown key \(quoted(entry.key)) \(place)",
            hint: nearest ?? "known keys are " + known.map { "`\($0)`" }.joined(separator: ", "), line: entry.line)
    }

    func string(_ key: String) throws(ModelError) -> String? {
        guard let entry = table[key] else { return nil }
        guard case .string(let text) = entry.node.value else { throw wrongType(entry, expected: "a string") }
        return text
    }

    /// A string of which the empty one means the same as none.
    func text(_ key: String) throws(ModelError) -> String? {
        let text = try string(key)
        return text == "" ? nil : text
    }

    func boolean(_ key: String) throws(ModelError) -> Bool? {
        guard let entry = table[key] else { return nil }
        guard case .boolean(let value) = entry.node.value else { throw wrongType(entry, expected: "true or false") }
        return value
    }

    func strings(_ key: String) throws(ModelError) -> [String] {
        guard let entry = table[key] else { return [] }
        return try strings(entry)
    }

    func strings(_ entry: TOML.Table.Entry) throws(ModelError) -> [String] {
        guard case .array(let elements) = entry.node.value else {
            throw wrongType(entry, expected: "an array of strings")
        }
        var result: [String] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            guard case .string(let text) = element.value else {
                throw error(
                    "\(quoted(entry.key)) must hold strings only, and holds \(element.value.kind)", line: element.line)
            }
            result.append(text)
        }
        return result
    }

    func reader(_ key: String, title: String) throws(ModelError) -> TableReader? {
        guard let entry = table[key] else { return nil }
        guard case .table(let inner) = entry.node.value else { throw wrongType(entry, expected: "a table") }
        return TableReader(table: inner, title: title, file: file)
    }

    /// An address a browser may open: http or https with a host, so that no page can link to a script.
    func webAddress(_ key: String) throws(ModelError) -> String? {
        guard let text = try text(key), let line = table[key]?.line else { return nil }
        guard WebAddress(text, schemes: ["https", "http"]) != nil else {
            throw error(
                "\(quoted(key)) must be an http or https URL, found \(quoted(text))",
                hint: "write it in full, as in `https://example.com/project`", line: line)
        }
        return text
    }

    func wrongType(_ entry: TOML.Table.Entry, expected: String) -> ModelError {
        error("\(quoted(entry.key)) must be \(expected), found \(entry.node.value.kind)", line: entry.line)
    }
}
