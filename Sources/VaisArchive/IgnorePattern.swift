/// One line of `.vaisignore`, or one item of the manifest's `include` and `exclude`, with the meaning it has in
/// `.gitignore` (https://git-scm.com/docs/gitignore): `/` at the start or in the middle ties it to the package root, `/` at
/// the end means folders only, `**` spans folders, `!` takes a match back.
struct IgnorePattern: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        /// `**`: any number of components, none included.
        case anyFolders
        case component(GlobPattern)
    }

    let isNegated: Bool
    private let isFolderOnly: Bool
    private let parts: [Part]

    /// Parses a pattern; nil for an empty line or a comment. Throws `.pattern`.
    init?(parsing line: some StringProtocol) throws(ArchiveError) {
        var text = Self.trimmed(Substring(line))
        guard !text.isEmpty, text.first != "#" else { return nil }
        isNegated = text.first == "!"
        if isNegated { text = text.dropFirst() }
        isFolderOnly = text.last == "/"
        while text.last == "/" { text = text.dropLast() }
        let isTied = text.contains("/")
        if text.hasPrefix("./") { text = text.dropFirst() }
        if text.first == "/" { text = text.dropFirst() }
        guard !text.isEmpty else {
            throw ArchiveError(.pattern, "the ignore pattern \(EscapedPath.quote(line)) is empty")
        }

        var parts: [Part] = isTied ? [] : [.anyFolders]
        for component in text.split(separator: "/", omittingEmptySubsequences: false) {
            switch component {
            case "":
                throw ArchiveError(.pattern, "the ignore pattern \(EscapedPath.quote(line)) has an empty component")
            case ".", "..":
                throw ArchiveError(
                    .pattern, "the ignore pattern \(EscapedPath.quote(line)) has a \"\(component)\" component")
            case "**": if parts.last != .anyFolders { parts.append(.anyFolders) }
            default: parts.append(.component(try GlobPattern(component)))
            }
        }
        // `src/**` is what lies inside of `src`, not `src` itself.
        if text.hasSuffix("**"), parts.last == .anyFolders { parts.append(.component(try GlobPattern("*"[...]))) }
        self.parts = parts
    }

    /// Without the line's carriage return and its trailing spaces, unless a backslash keeps the last one.
    private static func trimmed(_ line: Substring) -> Substring {
        var text = line
        while let last = text.unicodeScalars.last, last == " " || last == "\r" || last == "\n" || last == "\t" {
            let shorter = text.unicodeScalars.dropLast()
            if last == " ", shorter.last == "\\" { break }
            text = Substring(shorter)
        }
        return text
    }

    /// Whether the pattern names exactly this path, given by its components.
    func matches(_ path: ArraySlice<Substring>, isFolder: Bool) -> Bool {
        guard isFolder || !isFolderOnly else { return false }
        var position = path.startIndex
        var part = 0
        var retry: (part: Int, position: Int)?
        while position < path.endIndex {
            if part < parts.count, parts[part] == .anyFolders {
                part += 1
                retry = (part, position)
            } else if part < parts.count, case .component(let glob) = parts[part], glob.matches(path[position]) {
                part += 1
                position += 1
            } else if let last = retry {
                retry = (last.part, last.position + 1)
                part = last.part
                position = last.position + 1
            } else {
                return false
            }
        }
        return part == parts.count
    }
}
