/// One release: a package's name and a version, written `left-pad@1.3.0`.
package struct ReleaseID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let name: PackageName
    package let version: Version

    package init(name: PackageName, version: Version) {
        self.name = name
        self.version = version
    }

    /// - Throws: `.release` when the shape is wrong, else what is wrong with the name or the version.
    package init(parsing text: String) throws(ModelError) {
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
            throw ModelError(
                .release, "expected <name>@<version>, found \(quoted(text))", hint: "as in `left-pad@1.3.0`")
        }
        name = try PackageName(parsing: String(text[..<at]))
        version = try Version(parsing: String(text[text.utf8.index(after: at)...]))
    }

    package var description: String { "\(name)@\(version)" }

    package static func < (left: ReleaseID, right: ReleaseID) -> Bool {
        left.name == right.name ? left.version < right.version : left.name < right.name
    }
}
