internal import HTTPTypes
internal import Hummingbird

/// Which pages in a browser may call the registry (the Fetch standard's CORS protocol). Tokens are sent in a header that no browser adds
/// by itself, so credentials are never allowed.
struct CrossOrigin: Sendable {
    let allowsAll: Bool
    let origins: [String]

    /// Adds what lets the page at `origin` read the answer.
    func allow(_ origin: String?, _ response: inout Response) {
        guard let allowed = allowed(origin) else { return }
        response.headers[.accessControlAllowOrigin] = allowed
        response.headers[.accessControlExposeHeaders] = "ETag, Vais-Serial, X-Request-Id, Repr-Digest, Retry-After"
        if allowed != "*" { response.headers[values: .vary].append("Origin") }
    }

    /// Answers the question a browser asks in advance.
    func preflight(_ methods: [HTTPRequest.Method], _ origin: String?) -> Response {
        var response = Response.empty(.noContent)
        response.headers[.allow] = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
        if allowed(origin) != nil {
            response.headers[.accessControlAllowMethods] = methods.map(\.rawValue).joined(separator: ", ")
            response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, If-None-Match, Range"
            response.headers[.accessControlMaxAge] = "600"
        }
        return response
    }

    private func allowed(_ origin: String?) -> String? {
        if allowsAll { return "*" }
        guard let origin, origins.contains(where: { $0.utf8.elementsEqual(origin.utf8) }) else { return nil }
        return origin
    }
}
