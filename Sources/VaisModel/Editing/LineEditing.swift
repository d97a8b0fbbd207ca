/// Text as bytes, changed by whole lines or by ranges within one.
struct LineEditing {
    var bytes: [UInt8]

    /// The line end that the text uses: that of its first line.
    var newline: [UInt8] {
        guard let first = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return [UInt8(ascii: "\n")] }
        let isCRLF = first > 0 && bytes[first - 1] == UInt8(ascii: "\r")
        return isCRLF ? Array("\r\n".utf8) : [UInt8(ascii: "\n")]
    }

    /// The start of the line that `position` is in.
    func lineStart(_ position: Int) -> Int {
        var start = position
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        return start
    }

    /// The position after the line end of the line that `position` is in.
    func lineEnd(_ position: Int) -> Int {
        bytes[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    }

    /// Whether the line that starts at `position` holds nothing, or a comment and nothing else.
    func isBlank(_ position: Int, orComment: Bool = false) -> Bool {
        let content = bytes[position..<lineEnd(position)].first { !" \t\r\n".utf8.contains($0) }
        return content == nil || orComment && content == UInt8(ascii: "#")
    }

    mutating func replace(_ range: Range<Int>, with text: String) {
        bytes.replaceSubrange(range, with: text.utf8)
    }

    /// Inserts lines at `position`, which is the start of a line or the end of the text.
    mutating func insert(lines: [String], at position: Int) {
        let newline = newline
        var inserted: [UInt8] = []
        if position > 0, bytes[position - 1] != UInt8(ascii: "\n") { inserted += newline }
        for line in lines { inserted += Array(line.utf8) + newline }
        bytes.insert(contentsOf: inserted, at: position)
    }

    /// Removes the lines that `range` touches.
    mutating func removeLines(_ range: Range<Int>) {
        bytes.removeSubrange(lineStart(range.lowerBound)..<lineEnd(range.upperBound))
    }
}
