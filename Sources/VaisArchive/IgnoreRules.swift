/// The patterns that decide what belongs to a package.
struct IgnoreRules: Sendable {
    /// In order; the last that matches decides.
    private var ignored: [IgnorePattern] = []
    /// When there are any, a file must match one of them, or lie in a folder that does.
    private var included: [IgnorePattern] = []

    /// Left out unless a later pattern takes them back with `!`.
    private static let defaults = [".*", "target/", "node_modules/"]
    /// Left out whatever the patterns say: version control and our own state are never part of a package.
    private static let never: Set<Substring> = [".git", ".vais"]

    /// `ignoreFile` is the text of `.vaisignore`. Throws `.pattern`.
    init(include: [String], exclude: [String], ignoreFile: String) throws(ArchiveError) {
        // CRLF is one Character, so lines are split by scalar.
        let lines = ignoreFile.unicodeScalars.split(separator: "\n").map { Substring($0) }
        for line in Self.defaults.map({ Substring($0) }) + lines + exclude.map({ Substring($0) }) {
            if let pattern = try IgnorePattern(parsing: line) { ignored.append(pattern) }
        }
        for line in include {
            if let pattern = try IgnorePattern(parsing: line) { included.append(pattern) }
        }
    }

    /// Whether the path, whose folders are not ignored themselves, is left out.
    func isIgnored(_ path: [Substring], isFolder: Bool) -> Bool {
        if let name = path.last, Self.never.contains(name) { return true }
        return ignored.last { $0.matches(path[...], isFolder: isFolder) }.map { !$0.isNegated } ?? false
    }

    /// Whether `include` lets the file in.
    func isIncluded(_ path: [Substring]) -> Bool {
        guard !included.isEmpty else { return true }
        let decisive = included.last { pattern in
            (1...path.count).contains { pattern.matches(path[..<$0], isFolder: $0 < path.count) }
        }
        return decisive.map { !$0.isNegated } ?? false
    }
}
