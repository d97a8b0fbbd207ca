internal import VaisProtocol

/// One field of a form: the headers in front of its data.
struct MultipartPart: Equatable {
    let name: String
    let fileName: String?

    /// - Parameter head: the header lines, without the empty line that ends them.
    init(parsing head: ArraySlice<UInt8>) throws(Problem) {
        var disposition: HeaderParameters?
        for line in Self.lines(of: head) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(isTokenByte)
            else { throw .malformedForm("a part's header line is not valid") }
            guard lowercased(line[..<colon]) == "content-disposition" else { continue }
            guard disposition == nil, let parsed = HeaderParameters(parsing: line[(colon + 1)...]) else {
                throw .malformedForm("a part's Content-Disposition is not valid")
            }
            disposition = parsed
        }
        guard let disposition, disposition.value == "form-data", let name = disposition["name"] else {
            throw .malformedForm("a part has no name")
        }
        self.name = name
        fileName = disposition["filename"]
        if let fileName {
            guard !fileName.utf8.contains(UInt8(ascii: "/")), !fileName.utf8.contains(UInt8(ascii: "\\")),
                fileName != ".."
            else { throw .malformedForm("a part's file name holds a path") }
        }
    }

    private static func lines(of head: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = head.startIndex
        var position = start
        while position < head.endIndex {
            if head[position] == UInt8(ascii: "\r"), position + 1 < head.endIndex,
                head[position + 1] == UInt8(ascii: "\n")
            {
                lines.append(head[start..<position])
                position += 2
                start = position
            } else {
                position += 1
            }
        }
        lines.append(head[start...])
        return lines
    }
}

extension Problem {
    static func malformedForm(_ reason: String) -> Problem {
        Problem(
            .badRequest, "Invalid multipart body: \(reason)",
            hint: "send `multipart/form-data` with the fields `metadata` and `archive`")
    }
}
