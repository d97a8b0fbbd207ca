internal import ArgumentParser
internal import VaisClient
internal import VaisModel

/// Arguments of the model's types; a text that does not parse is a usage error with the rule that it breaks.
extension PackageName {
    static func argument(_ text: String) throws -> PackageName { try validated { try PackageName(parsing: text) } }
}

extension ReleaseID {
    static func argument(_ text: String) throws -> ReleaseID { try validated { try ReleaseID(parsing: text) } }
}

/// A package with a requirement, as in `json@^1.2`, or the package alone.
struct PackageRequest {
    let name: PackageName
    let requirement: Requirement?

    static func argument(_ text: String) throws -> PackageRequest {
        guard let at = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
            return PackageRequest(name: try .argument(text), requirement: nil)
        }
        let name = String(text[..<at])
        let requirement = String(text[text.utf8.index(after: at)...])
        return PackageRequest(
            name: try .argument(name), requirement: try validated { try Requirement(parsing: requirement) })
    }
}

private func validated<T>(_ body: () throws -> T) throws -> T {
    do {
        return try body()
    } catch {
        let told = ClientError(error)
        throw ValidationError(told.message + (told.hint.map { "\nhint: \($0)" } ?? ""))
    }
}
