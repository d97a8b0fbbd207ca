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
    private let report: @Sendable (String) -> Void

    /// - Parameters:
    ///   - token: belongs to the address's origin and is sent to no other.
    ///   - report: is told of every request, for `--verbose`.
    package init(
        _ address: RegistryAddress, token: String?, transport: LazyTransport,
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
        self.report = report
    }

    package enum Authorization: Sendable { case none, ifKnown, required }

    /// Sends a request and gives the answer if its status is 2xx, or one of `accepted`; throws what the registry says otherwise.
    package func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [],
        body: TransportRequest.Body = .none, authorization: Authorization = .none, accepted: [Int] = [],
        limit: Int = ProtocolLimits.answerBytes
    ) async throws -> (head: ResponseHead, body: [UInt8]) {
        var request = try self.request(method, path, headers, body, authorization)
        request.maxResponseBytes = UInt64(limit)
        let ready = request
        return try await retrying(idempotent: method == "GET") {
            let answer = try await self.transport.get().fetch(ready)
            try self.check(answer.head, accepted) { answer.body }
            return answer
        }
    }

    /// Fetches a body piece by piece. `onData` runs on the transport's thread and sees the body of a successful answer only.
    package func stream(
        _ path: String, limit: UInt64, authorization: Authorization = .ifKnown,
        onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws {
        var request = try self.request("GET", path, [], .none, authorization)
        request.decode = false
        request.maxResponseBytes = limit
        let refusal = RefusalBody()
        let head = try await transport.get().send(
            request,
            onHead: { refusal.isSuccess = $0.status == 200 },
            onData: { if refusal.isSuccess { try onData($0) } else { refusal.append($0) } })
        try check(head, []) { refusal.bytes }
        guard head.status == 200 else {
            throw ClientError(.network, "\(url)\(path) answered with status \(head.status)")
        }
    }

    private func request(
        _ method: String, _ path: String, _ headers: [(name: String, value: String)], _ body: TransportRequest.Body,
        _ authorization: Authorization
    ) throws -> TransportRequest {
        var headers = headers
        switch authorization {
        case .none: break
        case .ifKnown: if let token { headers.append(("Authorization", "Bearer \(token)")) }
        case .required:
            guard let token else {
                throw ClientError(
                    .input, "you are not logged in to \(address)", hint: "run `vais login`, or set VAIS_REGISTRY_TOKEN",
                    reason: "not_logged_in")
            }
            headers.append(("Authorization", "Bearer \(token)"))
        }
        report("\(method) \(url)\(path)")
        return TransportRequest(method, url + path, headers: headers, body: body)
    }

    private func check(_ head: ResponseHead, _ accepted: [Int], body: () -> [UInt8]) throws {
        if (200..<300).contains(head.status) || accepted.contains(head.status) { return }
        if (300..<400).contains(head.status) {
            // Following it could carry the token, or the user's trust, to another host.
            throw ClientError(
                .network, "\(address) redirects to \(printable(head["Location"] ?? "nowhere"))",
                hint: "if that is the right place, name it with --registry", reason: "redirect")
        }
        throw Problem(status: head.status, body: body())
    }

    /// Repeats what can safely be repeated, after failures that may pass: twice, with a growing and random wait.
    private func retrying<T>(idempotent: Bool, _ body: () async throws -> T) async throws -> T {
        var attempt = 0
        while true {
            do {
                return try await body()
            } catch {
                attempt += 1
                guard idempotent, attempt < 3, let wait = Self.wait(after: error, attempt) else { throw error }
                report("trying again in \(wait)")
                try await Task.sleep(for: wait)
            }
        }
    }

    private static func wait(after error: any Error, _ attempt: Int) -> Duration? {
        let backoff = Duration.milliseconds(Int.random(in: 100...200) << attempt)
        switch error {
        case let error as TransportError where error.code == .broken: return backoff
        case let problem as Problem where [429, 502, 503, 504].contains(problem.status):
            let asked = Duration.seconds(problem.retryAfter ?? 0)
            return asked > .seconds(10) ? nil : max(asked, backoff)
        default: return nil
        }
    }
}

/// The transport plugin, loaded at the first use. Thread-safe.
package final class LazyTransport: Sendable {
    private let load: @Sendable () throws -> any Transport
    private let loaded = Mutex<(any Transport)?>(nil)

    package init(_ load: @escaping @Sendable () throws -> any Transport) { self.load = load }

    func get() throws -> any Transport {
        try loaded.withLock { transport in
            if let transport { return transport }
            let new = try load()
            transport = new
            return new
        }
    }

    package func close() async {
        let transport = loaded.withLock { $0.take() }
        await transport?.close()
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
