/// Cuts a lockfile into its lines' contents, over the bytes in place. Knows the subset of TOML that lockfiles use: one
/// statement per line, strings without escapes, lists with one string per line.
struct LockfileScanner: ~Copyable {
    /// What a line holds.
    enum Statement {
        case root
        case package
        case string(key: Range<Int>, value: Range<Int>)
        case number(key: Range<Int>, value: UInt64)
        case list(key: Range<Int>, elements: [(range: Range<Int>, line: Int)])
        case end
    }

    struct Fault: Error {
        let code: ModelError.Code
        let message: String
        var hint: String?
        let line: Int

        init(_ code: ModelError.Code, _ message: String, hint: String? = nil, line: Int) {
            self.code = code
            self.message = message
            self.hint = hint
            self.line = line
        }

        /// A damaged file.
        init(_ message: String, hint: String? = nil, line: Int) {
            self.init(.lockfile, message, hint: hint, line: line)
        }
    }

    private var position = 0
    /// Of the statement read last, where it begins, from 1.
    private(set) var line = 0
    /// Lines taken so far.
    private var linesRead = 0

    /// The next line that is neither empty nor a comment.
    mutating func next(_ bytes: Span<UInt8>) throws(Fault) -> Statement {
        let statement = nextLine(bytes)
        line = linesRead
        guard let content = statement else { return .end }
        let first = bytes[content.lowerBound]
        if first == UInt8(ascii: "[") {
            if equals(bytes, content, "[[package]]") { return .package }
            if equals(bytes, content, "[root]") { return .root }
            throw Fault("unknown table \(quoted(text(bytes, content)))", line: line)
        }
        try refuseMarker(bytes, content)
        var keyEnd = content.lowerBound
        while keyEnd < content.upperBound, TOML.isBareKeyByte(bytes[keyEnd]) { keyEnd += 1 }
        let key = content.lowerBound..<keyEnd
        var value = trimmed(bytes, keyEnd..<content.upperBound)
        guard !key.isEmpty, !value.isEmpty, bytes[value.lowerBound] == UInt8(ascii: "=") else {
            throw Fault("expected `key = value`, found \(quoted(text(bytes, content)))", line: line)
        }
        value = trimmed(bytes, value.lowerBound + 1..<value.upperBound)
        guard !value.isEmpty else { throw Fault("\(quoted(text(bytes, key))) has no value", line: line) }
        switch bytes[value.lowerBound] {
        case UInt8(ascii: "\""): return .string(key: key, value: try string(bytes, value))
        case UInt8(ascii: "["): return .list(key: key, elements: try list(bytes, value))
        default: return .number(key: key, value: try number(bytes, value))
        }
    }

    /// The bytes in `range` as text, for messages.
    func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        String(decoding: bytes.copied(range), as: UTF8.self)
    }

    func equals(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where bytes[range.lowerBound + offset] != text.utf8Start[offset] { return false }
        return true
    }

    // MARK: - Lines

    /// The next line's content without the space around it; nil at the end.
    private mutating func nextLine(_ bytes: Span<UInt8>) -> Range<Int>? {
        while position < bytes.count {
            let start = position
            while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            let content = trimmed(bytes, start..<position)
            if position < bytes.count { position += 1 }
            linesRead += 1
            if !content.isEmpty && bytes[content.lowerBound] != UInt8(ascii: "#") { return content }
        }
        return nil
    }

    /// Without spaces, tabs and the carriage return of a CRLF.
    private func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, isSpace(bytes[start]) { start += 1 }
        while start < end, isSpace(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private func refuseMarker(_ bytes: Span<UInt8>, _ content: Range<Int>) throws(Fault) {
        guard ConflictMarker.at(bytes, content) != nil else { return }
        throw Fault(
            .conflict, "the lockfile holds an unresolved merge conflict",
            hint: "run `vais lock`, which merges both sides", line: linesRead)
    }

    // MARK: - Values

    private func string(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Fault) -> Range<Int> {
        let content = value.lowerBound + 1..<max(value.lowerBound + 1, value.upperBound - 1)
        guard value.count >= 2, bytes[value.upperBound - 1] == UInt8(ascii: "\"") else {
            throw Fault("the string \(quoted(text(bytes, value))) is not closed", line: linesRead)
        }
        for index in content {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                throw Fault("unexpected \(quotedScalar(bytes, at: index)) in a string", line: linesRead)
            }
        }
        return content
    }

    private func number(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(Fault) -> UInt64 {
        let digits = bytes.extracting(value)
        var position = 0
        guard let number = try? VersionGrammar.number(digits, &position, .major), position == digits.count else {
            throw Fault("expected a value, found \(quoted(text(bytes, value)))", line: linesRead)
        }
        return number
    }

    private mutating func list(
        _ bytes: Span<UInt8>, _ value: Range<Int>
    ) throws(Fault) -> [(range: Range<Int>, line: Int)] {
        if equals(bytes, value, "[]") { return [] }
        guard value.count == 1 else {
            throw Fault(
                "expected one element of the list per line, found \(quoted(text(bytes, value)))", line: linesRead)
        }
        var elements: [(range: Range<Int>, line: Int)] = []
        while let content = nextLine(bytes) {
            if equals(bytes, content, "]") { return elements }
            try refuseMarker(bytes, content)
            let hasComma = bytes[content.upperBound - 1] == UInt8(ascii: ",")
            guard hasComma, bytes[content.lowerBound] == UInt8(ascii: "\"") else {
                throw Fault("expected `\"…\",` or `]`, found \(quoted(text(bytes, content)))", line: linesRead)
            }
            elements.append((try string(bytes, content.lowerBound..<content.upperBound - 1), linesRead))
        }
        throw Fault("the file ends inside the list that begins here: it is cut off", line: line)
    }
}
