package import VaisModel

/// Where a package's index lies, spread over folders so that none holds too many files; cargo's sparse index does the same.
///
///     a → 1/a    ab → 2/ab    abc → 3/a/abc    abcd → ab/cd/abcd    left-pad → le/ft/left-pad
package enum IndexPath {
    package static func path(of name: PackageName) -> String {
        let text = name.text
        switch text.utf8.count {
        case 1: return "1/\(text)"
        case 2: return "2/\(text)"
        case 3: return "3/\(text.prefix(1))/\(text)"
        default: return "\(text.prefix(2))/\(text.dropFirst(2).prefix(2))/\(text)"
        }
    }

    /// The package that a path below `/index/` names, or nil when the folders are not the name's own: each index has
    /// one address.
    package static func name(at path: String) -> PackageName? {
        guard let last = path.split(separator: "/").last, let name = try? PackageName(parsing: String(last)),
            IndexPath.path(of: name).utf8.elementsEqual(path.utf8)
        else { return nil }
        return name
    }
}
