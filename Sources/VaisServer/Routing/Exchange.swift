internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOHTTPTypes
internal import Synchronization
internal import VaisModel
internal import VaisProtocol

/// One request while it is answered.
struct Exchange: Sendable {
    let request: Request
    let target: RequestTarget
    let parameters: [String]
    /// What finds the request in the log.
    let id: String
    let channel: any Channel
    let body: RequestBodyState

    var isHead: Bool { request.method == .head }
    var headers: HTTPFields { request.headers }

    /// Whether the client asks for JSON by name: what accepts everything gets what a browser gets.
    var acceptsJSON: Bool {
        headers[values: .accept].contains { value in
            value.utf8.split(separator: UInt8(ascii: ",")).contains { item in
                HeaderParameters(parsing: item).map { $0.value == MediaType.json && $0["q"] != "0" } ?? false
            }
        }
    }

    /// A package's name in the path; whatever is no name is no package either.
    func name(_ index: Int) throws(Problem) -> PackageName {
        do throws(ModelError) {
            return try PackageName(parsing: parameters[index])
        } catch {
            throw .packageNotFound(parameters[index])
        }
    }

    /// A version in the path, nil when the text is none.
    func version(_ index: Int) -> Version? {
        let text = parameters[index]
        return try? Version(parsing: text.hasSuffix(".tar.gz") ? String(text.dropLast(7)) : text)
    }

    /// The bearer token of the request.
    func token() throws(Problem) -> String {
        let values = headers[values: .authorization]
        guard let value = values.first else { throw .authenticationRequired }
        let parts = value.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard values.count == 1, parts.count == 2, lowercased(parts[0]) == "bearer",
            let token = String(Substring(parts[1]).utf8)
        else { throw .invalidToken }
        return token
    }

    /// The body as JSON of the shape; throws for other media types and more than `ProtocolLimits.requestBytes`.
    func json<Shape: JSONShape>(_ shape: Shape.Type) async throws -> Shape {
        let type = headers[.contentType].flatMap { HeaderParameters(parsing: $0.utf8) }
        guard let type, type.value == MediaType.json || type.value.hasSuffix("+json") else {
            throw Problem(
                .unsupportedMediaType, "Expected a JSON body", hint: "send `Content-Type: \(MediaType.json)`")
        }
        return try parse(shape, try await collect())
    }

    /// The body as JSON of the shape, nil when there is none.
    func optionalJSON<Shape: JSONShape>(_ shape: Shape.Type) async throws -> Shape? {
        let bytes = try await collect()
        return bytes.isEmpty ? nil : try parse(shape, bytes)
    }

    private func parse<Shape: JSONShape>(_ shape: Shape.Type, _ bytes: [UInt8]) throws(Problem) -> Shape {
        do throws(ProtocolError) {
            return try Shape(parsing: bytes, limits: JSONLimits(bytes: ProtocolLimits.requestBytes, depth: 16))
        } catch {
            throw .invalidJSON(error)
        }
    }

    private func collect() async throws -> [UInt8] {
        let limit = ProtocolLimits.requestBytes
        try refuseLength(above: UInt64(limit))
        var bytes: [UInt8] = []
        for try await buffer in try await openBody() {
            guard bytes.count + buffer.readableBytes <= limit else { throw Problem.tooLarge(limit: UInt64(limit)) }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        body.finished()
        return bytes
    }

    /// Refuses a body that says in advance that it is too long.
    func refuseLength(above limit: UInt64) throws(Problem) {
        if let text = headers[.contentLength], decimal(text).map({ UInt64($0) > limit }) ?? true {
            throw .tooLarge(limit: limit)
        }
    }

    /// The body, to be read once. Tells a client that waits for permission to send it.
    func openBody() async throws -> RequestBody {
        if body.expectsContinue {
            try await channel.writeAndFlush(HTTPResponsePart.head(HTTPResponse(status: .continue)))
            body.permitted()
        }
        return request.body
    }
}

/// How far the body of a request has come, which decides whether the connection can serve another request. Thread-safe.
final class RequestBodyState: Sendable {
    private struct State {
        var isFinished: Bool
        var expectsContinue: Bool
    }

    private let state: Mutex<State>
    /// Longer bodies than this are not worth reading to their end only to keep a connection.
    private static let worthDraining = 64 << 10
    private let isShort: Bool

    init(_ headers: HTTPFields) {
        let length = headers[.contentLength]
        let isChunked = headers.contains(.transferEncoding)
        let count = length.flatMap { decimal($0) }
        isShort = !isChunked && (count ?? 0) <= Self.worthDraining
        let expects = headers[.expect].map { lowercased($0.utf8) == "100-continue" } ?? false
        state = Mutex(State(isFinished: !isChunked && (count ?? 0) == 0, expectsContinue: expects))
    }

    var expectsContinue: Bool { state.withLock { $0.expectsContinue && !$0.isFinished } }

    func permitted() { state.withLock { $0.expectsContinue = false } }

    func finished() { state.withLock { $0.isFinished = true } }

    /// Whether what is left of the body would have to be read before the next request.
    var forcesClose: Bool { state.withLock { !$0.isFinished && (!isShort || $0.expectsContinue) } }
}
