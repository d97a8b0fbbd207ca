extension TOML {
    /// Reads a document. A byte order mark is skipped; bytes that are not UTF-8 are refused.
    package static func parse(_ bytes: [UInt8]) throws(Fault) -> Document {
        if String(validating: bytes, as: UTF8.self) == nil {
            throw Fault(message: "the text is not UTF-8", line: firstInvalidLine(bytes))
        }
        var parser = Parser(bytes)
        try parser.readDocument()
        return Document(root: parser.root, statements: parser.statements)
    }

    // A line feed is never part of another character, so lines can be judged one by one.
    private static func firstInvalidLine(_ bytes: [UInt8]) -> Int {
        var line = 1
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if String(validating: piece, as: UTF8.self) == nil { return line }
            line += 1
        }
        return line
    }

    /// A recursive descent over bytes, one byte of lookahead; `depth` bounds the recursion.
    struct Parser {
        let bytes: [UInt8]
        var position = 0
        var line = 1
        var depth = 0
        let root = Table(.header)
        /// The table that assignments go to: the last header's.
        var section: Table
        /// How deep `section` lies below the root.
        var sectionDepth = 0
        var statements: [Statement] = []

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            section = root
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        }

        /// The byte at `position`, or nil at the end.
        var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

        func fault(_ message: String) -> Fault { Fault(message: message, line: line) }

        /// What is at `position`, for messages.
        var found: String {
            guard let byte else { return "the end of the file" }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return "the end of the line" }
            return quotedScalar(bytes.span, at: position)
        }

        mutating func readDocument() throws(Fault) {
            while true {
                try skipBlank()
                guard let byte else { return }
                if byte == UInt8(ascii: "[") { try readHeader() } else { try readAssignment() }
                try endLine()
            }
        }

        private mutating func readHeader() throws(Fault) {
            let (start, startLine) = (position, line)
            position += 1
            let isArray = take(UInt8(ascii: "["))
            skipSpaces()
            let path = try readKey()
            guard take(UInt8(ascii: "]")) else { throw fault("expected `]` after the table's name, found \(found)") }
            if isArray, !take(UInt8(ascii: "]")) { throw fault("expected `]]` after the table's name, found \(found)") }
            section = isArray ? try openArrayTable(path) : try openTable(path)
            sectionDepth = path.count
            statements.append(
                Statement(
                    kind: isArray ? .arrayHeader : .header, path: path, line: startLine, range: start..<position))
        }

        private mutating func readAssignment() throws(Fault) {
            let (start, startLine) = (position, line)
            let path = try readKey()
            guard take(UInt8(ascii: "=")) else { throw fault("expected `=` after the key, found \(found)") }
            skipSpaces()
            // The duplicate is reported at its key, so the place is found before the value is read.
            let (table, key) = try place(path, in: section, depth: sectionDepth)
            let node = try readValue()
            table.append(key, line: startLine, node)
            statements.append(
                Statement(
                    kind: .assignment(value: node.range), path: path, line: startLine, range: start..<position))
        }
    }
}

// MARK: - Spaces, comments and line ends

extension TOML.Parser {
    mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        position += 1
        return true
    }

    mutating func skipSpaces() {
        while let byte, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { position += 1 }
    }

    /// Skips spaces, comments and empty lines.
    mutating func skipBlank() throws(TOML.Fault) {
        repeat {
            skipSpaces()
            try skipComment()
        } while try takeNewline()
    }

    mutating func skipComment() throws(TOML.Fault) {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, byte != UInt8(ascii: "\n"), !isCRLF {
            if isControl(byte) { throw fault("a control character in a comment: \(found)") }
            position += 1
        }
    }

    mutating func takeNewline() throws(TOML.Fault) -> Bool {
        if byte == UInt8(ascii: "\r") {
            guard isCRLF else { throw fault("a carriage return without a line feed") }
            position += 1
        }
        guard take(UInt8(ascii: "\n")) else { return false }
        line += 1
        return true
    }

    var isCRLF: Bool {
        byte == UInt8(ascii: "\r") && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n")
    }

    /// After a statement only a comment may follow on its line.
    private mutating func endLine() throws(TOML.Fault) {
        skipSpaces()
        try skipComment()
        if position < bytes.count, try !takeNewline() { throw fault("expected the end of the line, found \(found)") }
    }

    /// The characters that TOML allows nowhere unescaped, the tab excepted.
    func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != UInt8(ascii: "\t") || byte == 0x7F }
}
