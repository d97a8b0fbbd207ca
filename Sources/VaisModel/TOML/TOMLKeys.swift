extension TOML.Parser {
    /// Reads a key of one or more dotted parts, and the spaces after it.
    mutating func readKey() throws(TOML.Fault) -> [String] {
        var path: [String] = []
        while true {
            path.append(try readKeyPart())
            if path.count > TOML.maximumDepth { throw tooDeep() }
            skipSpaces()
            guard take(UInt8(ascii: ".")) else { return path }
            skipSpaces()
        }
    }

    private mutating func readKeyPart() throws(TOML.Fault) -> String {
        guard let byte else { throw fault("expected a key, found \(found)") }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            if isTripleQuote(byte) { throw fault("a key cannot span lines") }
            return byte == UInt8(ascii: "'") ? try readLiteralString() : try readBasicString()
        }
        let start = position
        while let byte = self.byte, TOML.isBareKeyByte(byte) { position += 1 }
        if position == start { throw fault("expected a key, found \(found)") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    func tooDeep() -> TOML.Fault { fault("nested deeper than \(TOML.maximumDepth) levels") }
}

extension TOML {
    /// What a key may hold without quotes.
    static func isBareKeyByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

// MARK: - Where a key's value goes

extension TOML.Parser {
    /// The table of `[path]`, made or found; it may be opened by its header once.
    mutating func openTable(_ path: [String]) throws(TOML.Fault) -> TOML.Table {
        let (parent, key) = try walk(path)
        guard let entry = parent[key] else {
            let table = TOML.Table(.header)
            parent.append(key, line: line, node(table))
            return table
        }
        guard case .table(let table) = entry.node.value, table.origin == .implied else { throw duplicate(path, entry) }
        table.origin = .header
        return table
    }

    /// A new last element of `[[path]]`.
    mutating func openArrayTable(_ path: [String]) throws(TOML.Fault) -> TOML.Table {
        let (parent, key) = try walk(path)
        let table = TOML.Table(.header)
        if parent.appendElement(node(table), to: key) { return table }
        if let entry = parent[key] { throw duplicate(path, entry) }
        parent.append(key, line: line, TOML.Node(value: .array([node(table)]), line: line, range: 0..<0))
        return table
    }

    /// The table that the last part of a dotted key belongs to. Only tables that dotted keys
    /// made can be added to, and those that were merely implied, which this then defines.
    mutating func place(
        _ path: [String], in table: TOML.Table, depth: Int
    ) throws(TOML.Fault) -> (table: TOML.Table, key: String) {
        if depth + path.count > TOML.maximumDepth { throw tooDeep() }
        var table = table
        for part in path.dropLast() {
            if let entry = table[part] {
                guard case .table(let next) = entry.node.value, next.origin == .dotted || next.origin == .implied else {
                    throw duplicate(path, entry)
                }
                next.origin = .dotted
                table = next
            } else {
                let next = TOML.Table(.dotted)
                table.append(part, line: line, node(next))
                table = next
            }
        }
        let key = path[path.count - 1]
        if let entry = table[key] { throw duplicate(path, entry) }
        return (table, key)
    }

    /// Follows a header's path from the root to its last part, making what is missing.
    private mutating func walk(_ path: [String]) throws(TOML.Fault) -> (parent: TOML.Table, key: String) {
        var table = root
        for part in path.dropLast() {
            guard let entry = table[part] else {
                let next = TOML.Table(.implied)
                table.append(part, line: line, node(next))
                table = next
                continue
            }
            switch entry.node.value {
            case .table(let next) where next.origin != .inline:
                table = next
            case .array(let elements):
                // The last element of an array of tables is the one that headers below it mean.
                guard entry.node.range.isEmpty, let last = elements.last, case .table(let next) = last.value else {
                    throw duplicate(path, entry)
                }
                table = next
            default: throw duplicate(path, entry)
            }
        }
        return (table, path[path.count - 1])
    }

    private func node(_ table: TOML.Table) -> TOML.Node { TOML.Node(value: .table(table), line: line, range: 0..<0) }

    private func duplicate(_ path: [String], _ earlier: TOML.Table.Entry) -> TOML.Fault {
        let name = path.joined(separator: ".")
        return fault("\(quoted(name)) is defined twice: \(quoted(earlier.key)) is already in line \(earlier.line)")
    }
}
