internal import VaisModel
package import VaisProtocol

/// Who makes a request, and what the token allows.
package struct Caller: Sendable {
    package let userID: String
    package let username: String
    package let isAdmin: Bool
    package let scopes: Set<TokenScope>
    let tokenID: String

    /// Throws unless the token has the scope; being an administrator does not replace it.
    package func require(_ scope: TokenScope) throws(Problem) {
        guard scopes.contains(scope) else { throw .missingScope(scope.rawValue) }
    }

    /// Whether ownership need not be asked: an administrator, by a token that says so.
    var overridesOwnership: Bool { isAdmin && scopes.contains(.admin) }
}
