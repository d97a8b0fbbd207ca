import Glibc
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

    let port: UInt16
    private let listener: Int32
    private let registry: HTTPClient
    private let decide: @Sendable (Request) -> Deed
    private let seen = Mutex<[String]>([])

    var url: String { "http://127.0.0.1:\(port)" }
    /// Method and path of every request so far.
    var requests: [String] { seen.withLock { $0 } }

    init(_ registry: HTTPClient, _ decide: @escaping @Sendable (Request) -> Deed) throws {
        self.registry = registry
        self.decide = decide
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isReady = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isReady else { throw Failure("no port to listen on: \(systemMessage())") }
        port = UInt16(bigEndian: address.sin_port)
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<FaultyProxy>.fromOpaque(context).takeRetainedValue().accept() }
                return nil
            }, context.toOpaque())
        guard status == 0 else {
            context.release()
            throw Failure("no thread for the proxy")
        }
        pthread_detach(thread)
    }

    /// Its thread then ends by itself.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0, errno == EINTR { continue }
            guard descriptor >= 0 else { break }
            serve(descriptor)
            close(descriptor)
        }
        close(listener)
    }

    private func serve(_ descriptor: Int32) {
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
