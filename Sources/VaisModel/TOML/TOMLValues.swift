extension TOML.Parser {
    mutating func readValue() throws(TOML.Fault) -> TOML.Node {
        let (start, startLine) = (position, line)
        let value: TOML.Value
        switch byte {
        case UInt8(ascii: "\""):
            value = .string(isTripleQuote(UInt8(ascii: "\"")) ? try readLongString() : try readBasicString())
        case UInt8(ascii: "'"):
            value = .string(isTripleQuote(UInt8(ascii: "'")) ? try readLongLiteral() : try readLiteralString())
        case UInt8(ascii: "["): value = .array(try nested { parser throws(TOML.Fault) in try parser.readArray() })
        case UInt8(ascii: "{"): value = .table(try nested { parser throws(TOML.Fault) in try parser.readInlineTable() })
        default: value = try readScalar()
        }
        return TOML.Node(value: value, line: startLine, range: start..<position)
    }

    private mutating func nested<Result>(
        _ read: (inout TOML.Parser) throws(TOML.Fault) -> Result
    ) throws(TOML.Fault) -> Result {
        depth += 1
        if depth > TOML.maximumDepth { throw tooDeep() }
        let result = try read(&self)
        depth -= 1
        return result
    }

    private mutating func readArray() throws(TOML.Fault) -> [TOML.Node] {
        let opening = line
        position += 1
        var elements: [TOML.Node] = []
        while true {
            try skipBlank()
            if take(UInt8(ascii: "]")) { return elements }
            if byte == nil { throw fault("the array that begins in line \(opening) is not closed") }
            elements.append(try readValue())
            try skipBlank()
            if take(UInt8(ascii: "]")) { return elements }
            guard take(UInt8(ascii: ",")) else { throw fault("expected `,` or `]` in an array, found \(found)") }
        }
    }

    /// A table between braces: on one line, without a comma at the end.
    private mutating func readInlineTable() throws(TOML.Fault) -> TOML.Table {
        position += 1
        let table = TOML.Table(.dotted)
        skipSpaces()
        if !take(UInt8(ascii: "}")) {
            repeat {
                skipSpaces()
                let startLine = line
                let path = try readKey()
                guard take(UInt8(ascii: "=")) else { throw fault("expected `=` after the key, found \(found)") }
                skipSpaces()
                let (target, key) = try place(path, in: table, depth: depth)
                target.append(key, line: startLine, try readValue())
                skipSpaces()
            } while take(UInt8(ascii: ","))
            guard take(UInt8(ascii: "}")) else {
                throw fault("expected `,` or `}` in an inline table, found \(found)")
            }
        }
        close(table)
        return table
    }

    private func close(_ table: TOML.Table) {
        guard table.origin == .dotted else { return }
        table.origin = .inline
        for entry in table.entries {
            if case .table(let inner) = entry.node.value { close(inner) }
        }
    }
}
