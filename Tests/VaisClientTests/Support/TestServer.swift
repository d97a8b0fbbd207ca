import Glibc
import Loopback
import Synchronization
import VaisClient

/// A request as it came in.
struct Request: Sendable {
    var method: String
    /// With the query.
    var target: String
    var headers: [(name: String, value: String)]

    var path: String { String(target.prefix { $0 != "?" }) }

    subscript(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
}

/// What a server sends back, honest or not.
enum Answer: Sendable {
    case ok([UInt8], headers: [(String, String)] = [])
    case status(Int, [UInt8] = [], headers: [(String, String)] = [])
    /// These bytes in place of an answer; then the connection is closed.
    case raw([UInt8])
    /// As above, but then it goes on for ever: `piece`, and a pause in microseconds.
    case endless(head: [UInt8], piece: [UInt8], pause: UInt32)

    static func ok(_ text: String) -> Answer { .ok(Array(text.utf8)) }
    static func raw(_ text: String) -> Answer { .raw(Array(text.utf8)) }
}

/// HTTP/1.1 on a port of its own, with a thread for each connection. It does as its handler says, not as it should.
final class TestServer: Sendable {
    private let listener: LoopbackListener
    private let seen: Seen

    private final class Seen: Sendable {
        let requests = Mutex<[Request]>([])
    }

    var port: UInt16 { listener.port }
    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { seen.requests.withLock { $0 } }
    var targets: [String] { requests.map(\.target) }
    func forget() { seen.requests.withLock { $0 = [] } }

    init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
        let seen = Seen()
        self.seen = seen
        listener = try LoopbackListener { descriptor, _ in Self.serve(descriptor, seen, handler) }
    }

    /// Ends every connection. Threads end by themselves.
    func stop() { listener.stop() }

    private static func serve(_ descriptor: Int32, _ seen: Seen, _ handler: @Sendable (Request) -> Answer) {
        var buffer: [UInt8] = []
        while let request = request(descriptor, &buffer) {
            seen.requests.withLock { $0.append(request) }
            switch handler(request) {
            case .ok(let body, let headers): guard answer(descriptor, 200, body, headers) else { return }
            case .status(let status, let body, let headers):
                guard answer(descriptor, status, body, headers) else { return }
            case .raw(let bytes):
                _ = send(descriptor, bytes)
                return
            case .endless(let head, let piece, let pause):
                guard send(descriptor, head) else { return }
                while send(descriptor, piece) { usleep(pause) }
                return
            }
        }
    }

    private static func answer(_ descriptor: Int32, _ status: Int, _ body: [UInt8], _ headers: [(String, String)])
        -> Bool
    {
        var head = "HTTP/1.1 \(status) Status\r\n"
        if status != 304 { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return send(descriptor, Array((head + "\r\n").utf8) + (status == 304 ? [] : body))
    }

    private static func send(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Reads one request; its body, which the tests do not need, is passed over.
    private static func request(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var headEnd: Int?
        while headEnd == nil {
            headEnd = buffer.indices.first { $0 + 4 <= buffer.count && buffer[$0..<$0 + 4].elementsEqual(end) }
            if headEnd != nil { break }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0, buffer.count < 1 << 20 else { return nil }
            buffer += chunk[..<count]
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var request = Request(method: String(words[0]), target: String(words[1]), headers: [])
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            request.headers.append((line[..<colon].lowercased(), String(value)))
        }
        var left = headEnd + 4 + (request["content-length"].flatMap { Int($0) } ?? 0)
        while buffer.count < left {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
        left = min(left, buffer.count)
        buffer.removeFirst(left)
        return request
    }
}
