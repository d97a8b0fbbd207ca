package import VaisHost
internal import Synchronization
internal import VaisProtocol

/// Requests to one registry server. The transport is loaded when the first request is made, so that a run without any opens no socket
/// and loads no plugin. Thread-safe.
package final class ServerConnection: Sendable {
    package let address: RegistryAddress
    private let url: String
    private let token: String?
    private let transport: LazyTransport
    private let patience: Duration
    private let report: @Sendable (String) -> Void
    /// Whether the registry wants to know who reads.
    private let wantsToken = Mutex(false)

    /// - Parameters:
    ///   - token: belongs to the address's origin and is sent to no other.
    ///   - patience: how long the server may be silent, or nearly so.
    ///   - report: is told of every request, for `--verbose`.
    package init(
        _ address: RegistryAddress, token: String?, transport: LazyTransport, patience: Duration = .seconds(30),
        report: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ClientError) {
        guard case .server(let url, _) = address.kind else {
            throw ClientError(
                .input, "\(address) is a folder, which answers no requests", hint: "name a server with --registry")
        }
        self.address = address
        self.url = url
        self.token = token
        self.transport = transport
        self.patience = patience
        self.report = report
    }

    /// Throws unless there is a token: what needs one can fail before any work is done.
    package func requireLogin() throws(ClientError) { _ = try neededToken() }

    private func neededToken() throws(ClientError) -> String {
        if let token { return token }
        throw ClientError(
            .input, "you are not logged in to \(address)", hint: "run `vais login`, or set VAIS_REGISTRY_TOKEN",
            reason: "not_logged_in")
    }

    package enum Authorization: Sendable {
        case none
        /// The token is sent once the server has refused a request without: an old token must not spoil what everybody may read.
        case ifAsked
        case required
    }

    /// Sends a request and gives the answer if its status is 2xx, or one of `accepted`; throws what the registry says otherwise.
    package func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [],
        body: TransportRequest.Body = .none, authorization: Authorization = .none, accepted: [Int] = [],
        limit: Int = ProtocolLimits.answerBytes
    ) async throws -> (head: ResponseHead, body: [UInt8]) {
        try await retrying(authorization, after: method == "GET" ? .anything : .nothing) { hasToken in
            var request = try self.request(method, path, headers, body, hasToken: hasToken)
            request.maxResponseBytes = UInt64(limit)
            let answer = try await self.transport.get().fetch(request)
            try self.check(answer.head, accepted) { answer.body }
            return answer
        }
    }

    /// Fetches a body piece by piece. `onData` runs on the transport's thread and sees the body of a successful answer only, once: what
    /// has begun to arrive is not asked for again.
    package func stream(
        _ path: String, limit: UInt64, onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        try await retrying(.ifAsked, after: .refusals) { hasToken in
            var request = try self.request("GET", path, [], .none, hasToken: hasToken)
            request.decode = false
            request.maxResponseBytes = limit
            let refusal = RefusalBody()
            let head = try await self.transport.get().send(
                request,
                onHead: { refusal.isSuccess = $0.status == 200 },
                onData: { if refusal.isSuccess { try onData($0) } else { refusal.append($0) } })
            try self.check(head, []) { refusal.bytes }
            guard head.status == 200 else {
                throw ClientError(.network, "\(self.url)\(path) answered with status \(head.status)", reason: "status")
            }
        }
    }

    private func request(
        _ method: String, _ path: String, _ headers: [(name: String, value: String)], _ body: TransportRequest.Body,
        hasToken: Bool
    ) throws -> TransportRequest {
        var headers = headers
        if hasToken { headers.append(("Authorization", "Bearer \(try neededToken())")) }
        report("\(method) \(url)\(path)")
        var request = TransportRequest(method, url + path, headers: headers, body: body)
        request.stallTimeout = patience
        // Slower than the slowest modem: somebody holds the line.
        request.stallBytes = 128
        return request
    }

    private func check(_ head: ResponseHead, _ accepted: [Int], body: () -> [UInt8]) throws {
        if (200..<300).contains(head.status) || accepted.contains(head.status) { return }
        if (300..<400).contains(head.status) {
            // Following it could carry the token, or the user's trust, to another host.
            throw ClientError(
                .network, "\(address) redirects to \(printable(head["Location"] ?? "nowhere"))",
                hint: "if that is the right place, name it with --registry", reason: "redirect")
        }
        var problem = Problem(status: head.status, body: body())
        if let seconds = head["Retry-After"].flatMap(Int.init), seconds >= 0 { problem.retryAfter = seconds }
        throw problem
    }

    /// After which failures a request is repeated.
    private enum Repetition { case nothing, refusals, anything }

    /// Repeats a request after failures that may pass: twice, with a growing and random wait. A refusal for lack of a token is answered with
    /// the token.
    private func retrying<T>(
        _ authorization: Authorization, after repetition: Repetition, _ body: (_ hasToken: Bool) async throws -> T
    ) async throws -> T {
        var failures = 0
        while true {
            let hasToken = authorization == .required || (authorization == .ifAsked && wantsToken.withLock { $0 })
            do {
                return try await body(hasToken)
            } catch let problem as Problem
                where problem.status == 401 && authorization == .ifAsked && !hasToken && token != nil
            {
                wantsToken.withLock { $0 = true }
            } catch {
                failures += 1
                guard failures < 3, let wait = Self.wait(after: error, failures, repetition) else { throw error }
                report("trying again in \(wait)")
                try await Task.sleep(for: wait)
            }
        }
    }

    private static func wait(after error: any Error, _ failures: Int, _ repetition: Repetition) -> Duration? {
        let backoff = Duration.milliseconds(Int.random(in: 100...200) << failures)
        switch error {
        case let error as TransportError where error.code == .broken && repetition == .anything: return backoff
        case let problem as Problem where repetition != .nothing && [429, 502, 503, 504].contains(problem.status):
            let asked = Duration.seconds(problem.retryAfter ?? 0)
            return asked > .seconds(10) ? nil : max(asked, backoff)
        default: return nil
        }
    }
}

/// What a refused download says. Filled on the transport's thread, read after the transfer has ended.
private final class RefusalBody: @unchecked Sendable {
    var isSuccess = false
    private(set) var bytes: [UInt8] = []

    func append(_ more: UnsafeRawBufferPointer) {
        if bytes.count < 64 << 10 { bytes.append(contentsOf: more.prefix(64 << 10)) }
    }
}

/// Text from outside without what could act on a terminal.
package func printable(_ text: String) -> String {
    String(
        String.UnicodeScalarView(
            text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                default: scalar
                }
            }))
}
