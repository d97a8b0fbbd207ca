import Glibc
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
    let port: UInt16
    private let listener: Int32
    private let handler: @Sendable (Request) -> Answer
    private struct State {
        var requests: [Request] = []
        var open: Set<Int32> = []
        var isStopped = false
    }
    private let state = Mutex(State())

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var targets: [String] { requests.map(\.target) }
    func forget() { state.withLock { $0.requests = [] } }

    init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
        self.handler = handler
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isReady = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isReady else { throw ClientError(.fault, "no port to listen on") }
        port = UInt16(bigEndian: address.sin_port)
        thread { [self] in accept() }
    }

    /// Ends every connection. Threads end by themselves.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.open
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in open { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR { continue }
                close(listener)
                return
            }
            let isWelcome = state.withLock { state in
                if !state.isStopped { state.open.insert(descriptor) }
                return !state.isStopped
            }
            guard isWelcome else {
                close(descriptor)
                continue
            }
            thread { [self] in
                serve(descriptor)
                state.withLock { state in
                    state.open.remove(descriptor)
                    close(descriptor)
                }
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var buffer: [UInt8] = []
        while let request = Self.request(descriptor, &buffer) {
            state.withLock { $0.requests.append(request) }
            switch handler(request) {
            case .ok(let body, let headers): guard answer(descriptor, 200, body, headers) else { return }
            case .status(let status, let body, let headers):
                guard answer(descriptor, status, body, headers) else { return }
            case .raw(let bytes):
                _ = Self.send(descriptor, bytes)
                shutdown(descriptor, Int32(SHUT_WR))
                return
            case .endless(let head, let piece, let pause):
                guard Self.send(descriptor, head) else { return }
                while Self.send(descriptor, piece) { usleep(pause) }
                return
            }
        }
    }

    private func answer(_ descriptor: Int32, _ status: Int, _ body: [UInt8], _ headers: [(String, String)]) -> Bool {
        var head = "HTTP/1.1 \(status) Status\r\n"
        if status != 304 { head += "Content-Length: \(body.count)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        return Self.send(descriptor, Array((head + "\r\n").utf8) + (status == 304 ? [] : body))
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

private func thread(_ body: @escaping @Sendable () -> Void) {
    let context = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let failed = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context.toOpaque())
    if failed != 0 { context.release() } else { pthread_detach(thread) }
}

private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}
