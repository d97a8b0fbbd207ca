internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import VaisProtocol
internal import VaisRegistry

/// Answers requests: finds the route, runs its handler, and gives whatever comes the headers that every answer has. Every error, whoever
/// raised it, leaves as a problem document, and its cause goes to the log under the same request id.
struct RegistryResponder: HTTPResponder {
    typealias Context = RegistryContext

    let registry: Registry
    let routes: RouteTable
    let crossOrigin: CrossOrigin
    let logger: Logger
    let logsRequests: Bool

    func respond(to request: Request, context: RegistryContext) async throws -> Response {
        let id = newRequestID()
        let body = RequestBodyState(request.headers)
        let started = ContinuousClock.now
        var response: Response
        do {
            response = try await answer(request, id, body, context)
        } catch {
            let refusal = refusal(error)
            log(refusal.problem, request, id)
            response = .problem(refusal.problem, id: id)
            for field in refusal.headers { response.headers[field.name] = field.value }
        }
        decorate(&response, id, request)
        if request.method == .head { response = response.withoutContent() }
        if body.forcesClose { response.headers[.connection] = "close" }
        if logsRequests {
            logger.info(
                "request",
                metadata: [
                    "request_id": "\(id)", "method": "\(request.method)", "path": "\(printable(pathForLog(request)))",
                    "status": "\(response.status.code)", "ms": "\((ContinuousClock.now - started) / .milliseconds(1))",
                ])
        }
        return response
    }

    private func answer(
        _ request: Request, _ id: String, _ body: RequestBodyState, _ context: RegistryContext
    ) async throws -> Response {
        if let expectation = request.headers[.expect], lowercased(expectation.utf8) != "100-continue" {
            throw Problem(.expectationFailed, "The expectation cannot be met")
        }
        let target = try RequestTarget(parsing: request.head.path ?? "")
        switch routes.match(request.method, target.segments) {
        case .none:
            throw Problem.routeNotFound(target.path)
        case .otherMethods(let methods):
            if request.method == .options { return crossOrigin.preflight(methods, request.headers[.origin]) }
            let allow = (methods + [.options]).map(\.rawValue).joined(separator: ", ")
            throw Refusal(
                Problem(.methodNotAllowed, "Method not allowed: \(request.method)", hint: "allowed are \(allow)"),
                headers: [.allow: allow])
        case .route(let route):
            let exchange = Exchange(
                request: request, target: target, parameters: route.parameters(of: target.segments), id: id,
                channel: context.channel, body: body)
            return try await route.handle(exchange)
        }
    }

    private func refusal(_ error: any Error) -> Refusal {
        switch error {
        case let refusal as Refusal: refusal
        case let problem as Problem: Refusal(problem, headers: [:])
        case let error as HTTPParserError: Refusal(Problem(parser: error), headers: [:])
        case is CancellationError:
            Refusal(Problem(.unavailable, "The registry is shutting down", retryAfter: 1), headers: [:])
        default: Refusal(.fault(error), headers: [:])
        }
    }

    private func log(_ problem: Problem, _ request: Request, _ id: String) {
        // A client's mistakes are no news; what the operator has to act on is.
        guard problem.status >= 500 || problem.cause != nil else { return }
        logger.error(
            "\(problem.detail)",
            metadata: [
                "request_id": "\(id)", "code": "\(problem.code)", "method": "\(request.method)",
                "path": "\(printable(pathForLog(request)))", "cause": "\(printable(problem.cause ?? ""))",
            ])
    }

    /// Without the query, which may hold what somebody searched for.
    private func pathForLog(_ request: Request) -> String {
        String((request.head.path ?? "").prefix { $0 != "?" }.prefix(512))
    }

    private func decorate(_ response: inout Response, _ id: String, _ request: Request) {
        response.headers[.serial] = String(registry.serial)
        response.headers[.requestID] = id
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.frameOptions] = "DENY"
        crossOrigin.allow(request.headers[.origin], &response)
    }
}

/// Text for one line of the log, without what could begin another line or act on a terminal.
private func printable(_ text: String) -> String {
    var clean = ""
    for scalar in text.unicodeScalars.prefix(2000) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: clean.unicodeScalars.append("\u{FFFD}")
        default: clean.unicodeScalars.append(scalar)
        }
    }
    return clean
}

/// What Hummingbird makes for each request.
struct RegistryContext: InitializableFromSource, Sendable {
    let channel: any Channel

    init(source: ApplicationRequestContextSource) { channel = source.channel }
}

extension Problem {
    /// What a request that is no HTTP gets.
    init(parser error: HTTPParserError) {
        switch error {
        case .headerOverflow:
            self.init(.headersTooLarge, "The request's headers are too large")
        case .invalidEOFState, .closedConnection:
            self.init(.badRequest, "The request ended too early")
        default:
            self.init(.badRequest, "The request is not valid HTTP")
        }
    }
}
