import Glibc
import Loopback
import Synchronization

/// A proxy between a client and a registry that loses and replaces answers, as it is told. One request per connection.
final class FaultyProxy: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        fileprivate let headers: [(String, String)]
        fileprivate let body: [UInt8]
    }

    enum Deed: Sendable {
        case pass
        /// The request is passed on, and its answer is not.
        case dropAnswer
        /// The request is passed on; this status is answered, whatever came back.
        case replaceAnswer(Int)
        /// As above, with a body that means nothing.
        case garbleAnswer
        /// The request is not passed on, and nothing is answered.
        case dropRequest
        /// The request is not passed on; this status is answered.
        case refuse(Int)
    }

    var port: UInt16 { listener.port }
    var url: String { "http://127.0.0.1:\(port)" }
    /// Method and path of every request so far.
    var requests: [String] { state.seen.withLock { $0 } }

    private let listener: LoopbackListener
    private let state: Passage

    init(_ registry: HTTPClient, _ decide: @escaping @Sendable (Request) -> Deed) throws {
        let state = Passage(registry, decide)
        self.state = state
        listener = try LoopbackListener { descriptor, _ in state.serve(descriptor) }
    }

    /// Its threads then end by themselves.
    func stop() { listener.stop() }
}

/// What happens to the requests.
private final class Passage: Sendable {
    typealias Request = FaultyProxy.Request

    let seen = Mutex<[String]>([])
    private let registry: HTTPClient
    private let decide: @Sendable (Request) -> FaultyProxy.Deed

    init(_ registry: HTTPClient, _ decide: @escaping @Sendable (Request) -> FaultyProxy.Deed) {
        self.registry = registry
        self.decide = decide
    }

    func serve(_ descriptor: Int32) {
        guard let request = Self.read(descriptor) else { return }
        seen.withLock { $0.append("\(request.method) \(request.path)") }
        switch decide(request) {
        case .pass: if let answer = forward(request) { send(descriptor, answer.status, answer.body) }
        case .dropAnswer: _ = forward(request)
        case .replaceAnswer(let status):
            _ = forward(request)
            send(descriptor, status, [])
        case .garbleAnswer:
            _ = forward(request)
            send(descriptor, 200, Array("<html>".utf8))
        case .dropRequest: break
        case .refuse(let status): send(descriptor, status, [])
        }
    }

    private func forward(_ request: Request) -> HTTPClient.Answer? {
        let kept = request.headers.filter { !["host", "connection", "content-length", "expect"].contains($0.0) }
        return try? registry.send(
            request.method, request.path, headers: kept, body: request.body.isEmpty ? nil : request.body)
    }

    private func send(_ descriptor: Int32, _ status: Int, _ body: [UInt8]) {
        let head =
            "HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// One request with its whole body, whose length its head must state.
    private static func read(_ descriptor: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var end: Int?
        while true {
            if end == nil {
                end = bytes.indices.first {
                    $0 + 4 <= bytes.count && bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10])
                }
            }
            if let end, let request = parse(bytes, headEnd: end) { return request }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func parse(_ bytes: [UInt8], headEnd end: Int) -> Request? {
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (line[..<colon].lowercased(), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        let size = headers.first { $0.0 == "content-length" }.flatMap { Int($0.1) } ?? 0
        guard bytes.count >= end + 4 + size else { return nil }
        return Request(
            method: String(words[0]), path: String(words[1]), headers: headers,
            body: Array(bytes[(end + 4)..<(end + 4 + size)]))
    }
}
