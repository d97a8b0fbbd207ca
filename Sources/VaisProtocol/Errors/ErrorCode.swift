/// Every reason for which a registry refuses a request. The strings are stable: scripts and clients branch on them.
package enum ErrorCode: String, CaseIterable, Sendable {
    // What the client sent cannot be understood.
    case badRequest = "bad_request"
    case invalidJSON = "invalid_json"
    case invalidParameter = "invalid_parameter"
    case invalidName = "invalid_name"
    case invalidVersion = "invalid_version"
    case invalidRequirement = "invalid_requirement"
    case invalidUser = "invalid_user"
    case invalidScope = "invalid_scope"
    // What the client published breaks a rule.
    case invalidArchive = "invalid_archive"
    case invalidManifest = "invalid_manifest"
    case manifestMismatch = "manifest_mismatch"
    // Who the client is.
    case authenticationRequired = "authentication_required"
    case invalidCredentials = "invalid_credentials"
    case invalidToken = "invalid_token"
    case tokenExpired = "token_expired"
    // What the client may do.
    case forbidden = "forbidden"
    case missingScope = "missing_scope"
    case notOwner = "not_owner"
    case registrationClosed = "registration_closed"
    // What does not exist.
    case notFound = "not_found"
    case packageNotFound = "package_not_found"
    case versionNotFound = "version_not_found"
    case userNotFound = "user_not_found"
    case tokenNotFound = "token_not_found"
    // What is already so.
    case versionExists = "version_exists"
    case nameTaken = "name_taken"
    case userExists = "user_exists"
    case alreadyOwner = "already_owner"
    case notAnOwner = "not_an_owner"
    case lastOwner = "last_owner"
    case conflict = "conflict"
    // HTTP itself.
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case requestTimeout = "request_timeout"
    case tooLarge = "too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case rangeNotSatisfiable = "range_not_satisfiable"
    case expectationFailed = "expectation_failed"
    case headersTooLarge = "headers_too_large"
    case rateLimited = "rate_limited"
    // The registry's own state.
    case internalError = "internal_error"
    case unavailable = "unavailable"
    case overloaded = "overloaded"
    case storageFull = "storage_full"

    /// The HTTP status that carries this code; the one place where codes become statuses.
    package var status: Int { entry.status }

    /// What went wrong in general, the same words each time (RFC 9457 section 3.1.3).
    package var title: String { entry.title }

    /// The problem type (RFC 9457 section 3.1.1): an identifier to compare, not an address that must answer.
    package var type: String { "https://registry.vais.dev/problems/\(rawValue)" }

    /// Whether the same request may succeed later without a change by the client.
    package var isTemporary: Bool {
        switch self {
        case .requestTimeout, .rateLimited, .unavailable, .overloaded, .storageFull: true
        default: false
        }
    }

    private var entry: (status: Int, title: String) {
        switch self {
        case .badRequest: (400, "The request is not valid")
        case .invalidJSON: (400, "The JSON is not valid")
        case .invalidParameter: (400, "A parameter is not valid")
        case .invalidName: (400, "The package name is not valid")
        case .invalidVersion: (400, "The version is not valid")
        case .invalidRequirement: (400, "The version requirement is not valid")
        case .invalidUser: (400, "The account details are not valid")
        case .invalidScope: (400, "The scope does not exist")
        case .invalidArchive: (400, "The archive is not acceptable")
        case .invalidManifest: (400, "The manifest is not acceptable")
        case .manifestMismatch: (400, "The metadata disagrees with the archive's manifest")
        case .authenticationRequired: (401, "Authentication is required")
        case .invalidCredentials: (401, "The credentials are not valid")
        case .invalidToken: (401, "The token is not valid")
        case .tokenExpired: (401, "The token has expired")
        case .forbidden: (403, "The operation is not allowed")
        case .missingScope: (403, "The token lacks a scope")
        case .notOwner: (403, "The account does not own the package")
        case .registrationClosed: (403, "Registration is closed")
        case .notFound: (404, "There is nothing at this address")
        case .packageNotFound: (404, "The package does not exist")
        case .versionNotFound: (404, "The version does not exist")
        case .userNotFound: (404, "The user does not exist")
        case .tokenNotFound: (404, "The token does not exist")
        case .versionExists: (409, "The version already exists")
        case .nameTaken: (409, "The name is taken")
        case .userExists: (409, "The user already exists")
        case .alreadyOwner: (400, "The user is already an owner")
        case .notAnOwner: (400, "The user is not an owner")
        case .lastOwner: (400, "A package needs an owner")
        case .conflict: (409, "The request lost a race with another")
        case .methodNotAllowed: (405, "The method is not allowed here")
        case .notAcceptable: (406, "No acceptable representation exists")
        case .requestTimeout: (408, "The request took too long")
        case .tooLarge: (413, "The request is too large")
        case .unsupportedMediaType: (415, "The media type is not supported")
        case .rangeNotSatisfiable: (416, "The range lies outside of the content")
        case .expectationFailed: (417, "The expectation cannot be met")
        case .headersTooLarge: (431, "The request's headers are too large")
        case .rateLimited: (429, "Too many requests")
        case .internalError: (500, "The registry failed")
        case .unavailable: (503, "The registry is not available")
        case .overloaded: (503, "The registry is busy")
        case .storageFull: (507, "The registry has no space left")
        }
    }
}
