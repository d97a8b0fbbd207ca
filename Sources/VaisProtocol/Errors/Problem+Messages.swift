package import VaisModel

/// The problems by name. The texts of the original registry are kept word for word, since scripts compare them.
extension Problem {
    // MARK: - Not found

    package static func packageNotFound(_ name: String, hint: String? = nil) -> Problem {
        Problem(.packageNotFound, "Package not found: \(name)", hint: hint ?? "look for it with `vais search`")
    }

    package static func versionNotFound(_ name: String, _ version: String) -> Problem {
        Problem(
            .versionNotFound, "Version not found: \(name)@\(version)", hint: "`vais info \(name)` lists its releases")
    }

    package static func userNotFound(_ username: String) -> Problem {
        Problem(.userNotFound, "User not found: \(username)", hint: "check the spelling of the user name")
    }

    package static func tokenNotFound(_ id: String) -> Problem {
        Problem(.tokenNotFound, "Token not found: \(id)")
    }

    package static func routeNotFound(_ path: String) -> Problem {
        Problem(.notFound, "Not found: \(path)")
    }

    // MARK: - Conflicts

    /// Carries the checksum of the release that exists: a client that repeats a publish can tell whether it was its own.
    package static func versionExists(_ release: ReleaseID, checksum: Checksum) -> Problem {
        Problem(
            .versionExists, "Version already exists: \(release)",
            hint: "a release never changes; raise `version` in the manifest and publish again",
            members: [("checksum", .string(checksum.hex))])
    }

    package static func nameTaken(_ name: PackageName, by existing: PackageName) -> Problem {
        Problem(
            .nameTaken, "Package name \(name) is too close to the existing package \(existing)",
            hint: "`-` and `_` count as the same character; choose another name")
    }

    package static func userExists(_ username: String) -> Problem {
        Problem(.userExists, "User already exists: \(username)")
    }

    package static func alreadyOwner(_ username: String, of name: PackageName) -> Problem {
        Problem(.alreadyOwner, "\(username) is already an owner of \(name)")
    }

    package static func notAnOwner(_ username: String, of name: PackageName) -> Problem {
        Problem(.notAnOwner, "\(username) is not an owner of \(name)")
    }

    package static func lastOwner(of name: PackageName) -> Problem {
        Problem(
            .lastOwner, "Cannot remove the last owner of \(name)",
            hint: "add another owner first, then remove this one")
    }

    // MARK: - Rules broken

    package static func invalidName(_ error: ModelError) -> Problem {
        Problem(.invalidName, "Invalid package name: \(error.message)", hint: error.hint)
    }

    package static func invalidVersion(_ error: ModelError) -> Problem {
        Problem(.invalidVersion, "Invalid version: \(error.message)", hint: error.hint)
    }

    package static func invalidRequirement(of dependency: String, _ error: ModelError) -> Problem {
        Problem(
            .invalidRequirement, "Invalid requirement for dependency \(dependency): \(error.message)", hint: error.hint)
    }

    /// - Parameter reason: the archive reader's stable code, such as `path_escape`; sent as the member `reason`.
    package static func invalidArchive(_ message: String, reason: String, hint: String? = nil) -> Problem {
        Problem(.invalidArchive, "Archive error: \(message)", hint: hint, members: [("reason", .string(reason))])
    }

    package static func invalidManifest(_ message: String, hint: String? = nil) -> Problem {
        Problem(.invalidManifest, "Invalid manifest: \(message)", hint: hint)
    }

    /// - Parameter field: the metadata's member, such as `dependencies`; sent as the member `field`.
    package static func manifestMismatch(field: String) -> Problem {
        Problem(
            .manifestMismatch, "Metadata disagrees with the archive's vais.toml: \(field)",
            hint: "what the archive's manifest says counts; send the same or leave `\(field)` out",
            members: [("field", .string(field))])
    }

    package static func invalidJSON(_ error: ProtocolError) -> Problem {
        Problem(.invalidJSON, "Invalid JSON: \(error.message)", hint: error.hint)
    }

    package static func invalidParameter(_ name: String, _ rule: String) -> Problem {
        Problem(
            .invalidParameter, "Invalid parameter `\(name)`: \(rule)", members: [("parameter", .string(name))])
    }

    package static func tooLarge(limit: UInt64) -> Problem {
        Problem(
            .tooLarge, "Request too large: at most \(limit) bytes are accepted",
            members: [("limit", .integer(Int64(clamping: limit)))])
    }

    // MARK: - Authentication and permission

    package static var authenticationRequired: Problem {
        Problem(
            .authenticationRequired, "Authentication required",
            hint: "send `Authorization: Bearer <token>`; see `vais login`")
    }

    package static var invalidCredentials: Problem {
        Problem(.invalidCredentials, "Invalid credentials", hint: "check the user name and the password")
    }

    package static var invalidToken: Problem {
        Problem(.invalidToken, "Invalid token", hint: "create a new one with `vais login`")
    }

    package static var tokenExpired: Problem {
        Problem(.tokenExpired, "Token expired", hint: "create a new one with `vais login`")
    }

    package static func missingScope(_ scope: String) -> Problem {
        Problem(
            .missingScope, "Forbidden: Missing required scope: \(scope)",
            hint: "create a token that has the scope `\(scope)`", members: [("scope", .string(scope))])
    }

    package static func notOwner(of name: PackageName) -> Problem {
        Problem(
            .notOwner, "Forbidden: not an owner of \(name)", hint: "an owner can add you with `vais owner add`")
    }

    package static func forbidden(_ reason: String) -> Problem { Problem(.forbidden, "Forbidden: \(reason)") }

    package static func invalidScope(_ scope: String) -> Problem {
        Problem(.invalidScope, "Invalid scope: \(quoted(scope))", hint: "scopes are publish, yank, read and admin")
    }

    package static var registrationClosed: Problem {
        Problem(
            .registrationClosed, "Registration is closed", hint: "ask the registry's operator for an account")
    }

    // MARK: - The registry's own state

    package static func rateLimited(retryAfter seconds: Int) -> Problem {
        Problem(.rateLimited, "Too many requests", hint: "try again in \(seconds) s", retryAfter: seconds)
    }

    package static func unavailable(_ reason: String, retryAfter seconds: Int = 1) -> Problem {
        Problem(.unavailable, reason, retryAfter: seconds)
    }

    /// Says nothing of the cause, which is for the log: it may quote paths, queries and other people's data.
    package static var internalError: Problem {
        Problem(
            .internalError, "Internal server error", hint: "the registry's log has the details under the request id")
    }
}
