internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import VaisProtocol

extension HTTPField.Name {
    /// A constant name; only valid ones are written here.
    private static func known(_ text: String) -> HTTPField.Name { HTTPField.Name(text) ?? .server }

    static let serial = known(HeaderName.serial)
    static let requestID = known(HeaderName.requestID)
    static let representationDigest = known(HeaderName.representationDigest)
    static let referrerPolicy = known("Referrer-Policy")
    static let frameOptions = known("X-Frame-Options")
}

extension Response {
    /// A JSON document that depends on who asks and when.
    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: MediaType.json, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func json(_ shape: some JSONShape, status: HTTPResponse.Status = .ok) -> Response {
        json(shape.encoded(), status: status)
    }

    static func empty(_ status: HTTPResponse.Status) -> Response {
        var response = Response(status: status, headers: [.cacheControl: "no-store"])
        // RFC 9110 section 8.6: no length where there can be no content.
        if status == .noContent || status == .notModified { response.headers[.contentLength] = nil }
        return response
    }

    /// The answer to a request that failed.
    static func problem(_ problem: Problem, id: String) -> Response {
        var problem = problem
        problem.requestID = id
        var response = json(problem.encoded(), status: HTTPResponse.Status(code: problem.status))
        response.headers[.contentType] = Problem.mediaType
        if problem.status == 401 {
            response.headers[.wwwAuthenticate] = "Bearer realm=\"vais\""
        }
        if let seconds = problem.retryAfter ?? ([429, 503].contains(problem.status) ? 1 : nil) {
            response.headers[.retryAfter] = String(seconds)
        }
        return response
    }

    /// The same answer without its content, as a `HEAD` gets it.
    func withoutContent() -> Response {
        var head = Response(status: status, headers: headers)
        head.headers[.contentLength] = headers[.contentLength]
        return head
    }
}
