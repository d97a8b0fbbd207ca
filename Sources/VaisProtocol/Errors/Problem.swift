/// An error answer: a problem document (RFC 9457) that also carries the members of the original registry's errors.
///
///     {"type":"https://…/version_exists","title":"The version already exists","status":409,
///      "detail":"Version already exists: left-pad@1.3.0","code":"version_exists","request_id":"…",
///      "error":"Version already exists: left-pad@1.3.0","checksum":"…"}
package struct Problem: Error, Sendable, Equatable, JSONShape {
    package static let mediaType = "application/problem+json"

    /// A string of `ErrorCode`, or one that this program does not know yet.
    package var code: String
    package var status: Int
    package var title: String
    /// What went wrong this time. Written as `detail` and, for old clients, as `error`.
    package var detail: String
    /// One step that is likely to help.
    package var hint: String?
    /// What finds the request in the registry's log.
    package var requestID: String?
    /// Whole seconds after which the client may try again; the server sends it as `Retry-After` too.
    package var retryAfter: Int?
    /// Facts of this kind of problem, such as the `checksum` of the release that exists.
    package var members: [JSONObject.Member]
    /// What the layer below said. For the server's log; never sent.
    package var cause: String?

    package init(
        _ code: ErrorCode, _ detail: String, hint: String? = nil, retryAfter: Int? = nil,
        members: [(String, JSONValue)] = []
    ) {
        self.code = code.rawValue
        self.status = code.status
        self.title = code.title
        self.detail = detail
        self.hint = hint
        self.requestID = nil
        self.retryAfter = retryAfter
        self.members = members.map { JSONObject.Member(key: $0.0, value: $0.1) }
    }

    /// The code if this program knows it.
    package var errorCode: ErrorCode? { ErrorCode(rawValue: code) }

    /// The extra member `key`, such as `checksum`.
    package subscript(key: String) -> JSONValue? { JSONObject(members: members)[key] }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", errorCode?.type ?? "about:blank")
            writer.member("title", title)
            writer.member("status", status)
            writer.member("detail", detail)
            writer.member("code", code)
            writer.member("request_id", ifPresent: requestID)
            writer.member("error", detail)
            writer.member("hint", ifPresent: hint)
            if let retryAfter { writer.member("retry_after", retryAfter) }
            for member in members { writer.member(member.key, member.value) }
        }
    }

    /// Reads a problem document or one of the original `{"error","status"}` answers.
    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        var detail = try object.optionalString("detail")
        if detail == nil { detail = try object.optionalString("error") }
        guard let detail else {
            throw ProtocolError(.unexpected, "neither `detail` nor `error` says what went wrong")
        }
        let status = try object.optionalCount("status") ?? 0
        let fallback = Problem.fallback(for: Int(clamping: status))
        self.detail = detail
        self.status = Int(clamping: status)
        code = try object.optionalString("code") ?? fallback.rawValue
        title = try object.optionalString("title") ?? fallback.title
        hint = try object.optionalString("hint")
        requestID = try object.optionalString("request_id")
        retryAfter = try object.optionalCount("retry_after").map(Int.init(clamping:))
        members = object.members.filter { !Problem.standardMembers.contains($0.key) }
    }

    /// What an answer with an error status says, whatever its body is: a proxy's error page becomes a problem too.
    package init(status: Int, body: [UInt8]) {
        if var problem = try? Problem(parsing: body, limits: JSONLimits(bytes: 1 << 20, depth: 16)) {
            // The status line is what every program on the way acted on.
            problem.status = status
            self = problem
        } else {
            self.init(Problem.fallback(for: status), "the server answered with status \(status) and no explanation")
            self.status = status
        }
    }

    private static let standardMembers: Set<String> = [
        "type", "title", "status", "detail", "code", "request_id", "error", "hint", "retry_after", "instance",
    ]

    /// The most general code for a status that came without one.
    private static func fallback(for status: Int) -> ErrorCode {
        switch status {
        case 401: .authenticationRequired
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 408: .requestTimeout
        case 409: .conflict
        case 413: .tooLarge
        case 416: .rangeNotSatisfiable
        case 429: .rateLimited
        case 502, 503, 504: .unavailable
        case 507: .storageFull
        case 500...: .internalError
        default: .badRequest
        }
    }
}
