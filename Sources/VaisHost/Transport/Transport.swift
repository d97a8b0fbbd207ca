/// Many HTTP transfers at once, over connections that are kept alive. Safe to use from any task.
package protocol Transport: Sendable {
    /// Sends one request and waits for its end. Redirects are not followed. `onHead` sees the final response's head, then `onData`
    /// the body in pieces, both on the transport's own thread: they must be quick and must not wait. A throwing `onHead` or `onData` stops
    /// the transfer, and the error comes back as the `cause` of a `.stopped` error. Cancelling the task stops the transfer.
    @discardableResult
    func send(
        _ request: TransportRequest,
        onHead: @escaping @Sendable (ResponseHead) throws -> Void,
        onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws(TransportError) -> ResponseHead
    /// One line about the library behind it, such as "libcurl 7.88.1, HTTP/2, gzip, br, zstd".
    var about: String { get }
    /// Ends the driving thread and every connection.
    func close() async
}

extension Transport {
    /// The whole response. A body over the request's `maxResponseBytes` is `.tooLarge`.
    package func fetch(_ request: TransportRequest) async throws(TransportError) -> (head: ResponseHead, body: [UInt8])
    {
        let body = ResponseBody()
        let head = try await send(request, onHead: { _ in }, onData: { body.append($0) })
        return (head, body.take())
    }
}

/// The bytes of one response. Filled on the transport's thread, then read once by the caller after the transfer has ended.
private final class ResponseBody: @unchecked Sendable {
    private var bytes: [UInt8] = []

    func append(_ more: UnsafeRawBufferPointer) { bytes.append(contentsOf: more) }
    func take() -> [UInt8] { bytes }
}

package struct TransportRequest: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// `size` bytes, produced piece by piece: `next` fills the buffer and answers how many bytes, 0 at the end. On the
        /// transport's thread.
        case stream(size: UInt64, next: @Sendable (UnsafeMutableRawBufferPointer) throws -> Int)
    }

    package var method: String
    /// Absolute, http or https.
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// Ask for compressed content and undo the compression.
    package var decode = true
    /// Of the body as delivered.
    package var maxResponseBytes: UInt64 = 64 << 20
    package var connectTimeout: Duration = .seconds(10)
    /// A transfer slower than `stallBytes` a second for this long is given up.
    package var stallTimeout: Duration = .seconds(30)
    package var stallBytes: UInt32 = 1
    /// For the whole transfer; nil: none.
    package var timeout: Duration?

    package init(_ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Body = .none) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

package struct ResponseHead: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]

    package init(status: Int, headers: [(name: String, value: String)]) {
        self.status = status
        self.headers = headers
    }

    /// The first header field of this name, ignoring ASCII case.
    package subscript(_ name: String) -> String? {
        headers.first { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why a transfer did not end with a response.
package struct TransportError: Error, Sendable, CustomStringConvertible {
    package enum Code: UInt8, Sendable {
        /// No connection: name not found, refused, no route, TLS not trusted.
        case unreachable
        case timeout
        case tooLarge
        /// The connection broke, or the answer was not HTTP.
        case broken
        /// The caller stopped it, or its task was cancelled.
        case stopped
        case unsupported
    }

    package var code: Code
    package var message: String
    package var hint: String?
    /// What the caller's own `onHead` or `onData` threw.
    package var cause: (any Error)?

    package init(_ code: Code, _ message: String, hint: String? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
        self.cause = cause
    }

    package var description: String { message }
}
