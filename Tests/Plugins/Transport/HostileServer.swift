import Glibc
import Synchronization

/// A server on a loopback port that does with each connection what a test wants, right or wrong, on a thread of its
/// own.
final class HostileServer: Sendable {
    typealias Behaviour = @Sendable (HostileConnection) -> Void

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var sockets: [Int32] = []
        var threads: [pthread_t] = []
        var accepted = 0
        var stopped = false
    }

    init(_ behaviour: @escaping Behaviour) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 128) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard bound else { throw PluginProblem("cannot listen on 127.0.0.1") }
        port = UInt16(bigEndian: address.sin_port)
        let accepting = startThread { [self] in accept(behaviour) }
        state.withLock { $0.threads.append(accepting) }
    }

    /// Connections so far.
    var accepted: Int { state.withLock { $0.accepted } }

    /// Ends every connection and thread. A test calls it last.
    func stop() {
        let threads = state.withLock { state in
            state.stopped = true
            for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            return state.threads
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for thread in threads { pthread_join(thread, nil) }
        // Threads begun while the first were ending.
        for thread in state.withLock({ $0.threads.dropFirst(threads.count) }) { pthread_join(thread, nil) }
        for socket in state.withLock({ $0.sockets }) { close(socket) }
        close(listener)
    }

    private func accept(_ behaviour: @escaping Behaviour) {
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            state.withLock { state in
                state.accepted += 1
                state.sockets.append(socket)
                if state.stopped { shutdown(socket, Int32(SHUT_RDWR)) }
                let connection = HostileConnection(socket: socket, number: state.accepted)
                state.threads.append(
                    startThread {
                        behaviour(connection)
                        shutdown(socket, Int32(SHUT_RDWR))
                    })
            }
        }
    }
}

/// One accepted connection, read and written by blocking calls.
final class HostileConnection: @unchecked Sendable {
    let number: Int
    private let socket: Int32
    private var pending: [UInt8] = []

    init(socket: Int32, number: Int) {
        self.socket = socket
        self.number = number
    }

    /// The next request's head, or nil at the end of the connection.
    func readHead() -> RequestHead? {
        while true {
            if let end = endOfHead() {
                let text = String(decoding: pending[..<end], as: UTF8.self)
                pending.removeFirst(end)
                return RequestHead(text)
            }
            guard receive() else { return nil }
        }
    }

    /// The body of the request: by its Content-Length or chunked. nil when the connection ends before.
    func readBody(of head: RequestHead) -> [UInt8]? {
        if head["transfer-encoding"] == "chunked" { return readChunks() }
        return readExactly(Int(head["content-length"] ?? "0") ?? 0)
    }

    /// False once the other side has gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// A whole response with a Content-Length.
    @discardableResult
    func respond(_ body: String, status: String = "200 OK", fields: String = "") -> Bool {
        send("HTTP/1.1 \(status)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Waits until the other side ends the connection.
    func waitForEnd() { while receive() {} }

    private func readChunks() -> [UInt8]? {
        var body: [UInt8] = []
        while let line = readLine(), let size = Int(line, radix: 16) {
            guard let chunk = readExactly(size), readLine() == "" else { return nil }
            if size == 0 { return body }
            body += chunk
        }
        return nil
    }

    private func readLine() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                let line = String(decoding: pending[..<end].filter { $0 != 0x0D }, as: UTF8.self)
                pending.removeFirst(end + 1)
                return line
            }
            guard receive() else { return nil }
        }
    }

    private func readExactly(_ count: Int) -> [UInt8]? {
        while pending.count < count { guard receive() else { return nil } }
        defer { pending.removeFirst(count) }
        return Array(pending[..<count])
    }

    private func endOfHead() -> Int? {
        guard pending.count >= 4 else { return nil }
        return (4...pending.count).first { pending[($0 - 4)..<$0].elementsEqual([0x0D, 0x0A, 0x0D, 0x0A]) }
    }

    private func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }
}

struct RequestHead: Sendable {
    let method: String
    let target: String
    let text: String
    private let fields: [(name: String, value: String)]

    init(_ text: String) {
        self.text = text
        let lines = text.split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        method = words.first.map(String.init) ?? ""
        target = words.count > 1 ? String(words[1]) : ""
        fields = lines.dropFirst().map { line in
            let name = line.prefix { $0 != ":" }
            return (name.lowercased(), String(line.dropFirst(name.count + 1).drop { $0 == " " }))
        }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// Runs `work` on a thread of its own.
func startThread(_ work: @escaping @Sendable () -> Void) -> pthread_t {
    final class Box: Sendable {
        let work: @Sendable () -> Void
        init(_ work: @escaping @Sendable () -> Void) { self.work = work }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(work))
    pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work() }
            return nil
        }, box.toOpaque())
    return thread
}
