import Glibc
import RegistryTesting
import VaisHost
import VaisProtocol

/// Sends requests over real sockets, each on a thread of its own kind, so that waiting never holds up the server under test.
final class TestClient: Sendable {
    let port: Int
    private let threads: BlockingThreads

    /// - Parameter connections: how many may be open at once; more wait.
    init(port: Int, connections: Int) {
        self.port = port
        threads = BlockingThreads(count: connections, name: "test-client")
    }

    func send(
        _ method: String, _ target: String, _ headers: [String: String] = [:], body: [UInt8] = []
    ) async throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if !body.isEmpty || method == "POST" { head += "Content-Length: \(body.count)\r\n" }
        return try await raw(Array((head + "Connection: close\r\n\r\n").utf8) + body, isHead: method == "HEAD")
    }

    func json(
        _ method: String, _ target: String, token: String? = nil, _ body: String = ""
    ) async throws -> Answer {
        var headers = ["Content-Type": "application/json"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        return try await send(method, target, headers, body: Array(body.utf8))
    }

    func get(_ target: String, _ headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", target, headers)
    }

    /// Sends bytes as they are and reads one answer.
    func raw(_ bytes: [UInt8], isHead: Bool = false) async throws -> Answer {
        try await connected { connection in
            connection.write(bytes)
            return try connection.readAnswer(isHead: isHead)
        }
    }

    func raw(_ text: String) async throws -> Answer { try await raw(Array(text.utf8)) }

    /// Runs `body`, which may block, with a new connection. `receiveBuffer`: bytes that the system may keep for the client.
    func connected<T: Sendable>(receiveBuffer: Int? = nil, _ body: @escaping @Sendable (Connection) throws -> T)
        async throws -> T
    {
        try await threads.run { [port] in
            let connection = try Connection(port: port, receiveBuffer: receiveBuffer)
            defer { connection.close() }
            return try body(connection)
        }
    }
}

/// A client's side of a connection. Every call blocks, a minute at most.
final class Connection {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(port: Int, receiveBuffer: Int? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer.map({ Int32(clamping: $0) }) {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            Glibc.close(descriptor)
            throw TestFailure("cannot connect to port \(port): \(errno)")
        }
    }

    func close() { Glibc.close(descriptor) }

    /// Writes until the other side stops taking: a server that refuses early is no failure here.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            done += count
        }
        return true
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    /// Whether the other side closes its end without sending anything more.
    func isClosed() -> Bool { buffer.isEmpty && !fill() }

    /// Reads a head line by line and the body that belongs to it. Answers of 1xx come as answers too.
    func readAnswer(isHead: Bool = false) throws -> Answer {
        while range(of: [13, 10, 13, 10]) == nil {
            guard fill() else {
                throw TestFailure("the connection ended in the answer's head, after \(buffer.count) bytes")
            }
        }
        guard let end = range(of: [13, 10, 13, 10]) else { throw TestFailure("no head") }
        let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n")
        buffer.removeFirst(end + 4)
        let parts = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard parts.count >= 2, let status = Int(parts[1]) else { throw TestFailure("no status line") }
        var headers: [(String, String)] = []
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { throw TestFailure("a header line without colon") }
            headers.append((pair[0].lowercased(), String(pair[1].drop { $0 == " " })))
        }
        var answer = Answer(status: status, headers: headers, body: [])
        if isHead || status < 200 || status == 204 || status == 304 { return answer }
        if let length = answer["content-length"].flatMap({ Int($0) }) {
            while buffer.count < length {
                guard fill() else { throw TestFailure("the connection ended in the answer's body") }
            }
            answer.body = Array(buffer[..<length])
            buffer.removeFirst(length)
        } else {
            throw TestFailure("an answer without length")
        }
        return answer
    }

    private func range(of pattern: [UInt8]) -> Int? {
        guard buffer.count >= pattern.count else { return nil }
        return (0...(buffer.count - pattern.count)).first { buffer[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }

    private func fill() -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        buffer += piece[..<count]
        return true
    }
}

/// What a server answered.
struct Answer: Sendable {
    var status: Int
    var headers: [(String, String)]
    var body: [UInt8]

    /// The header of that name in lower case; several are joined by commas.
    subscript(name: String) -> String? {
        let values = headers.filter { $0.0 == name }.map(\.1)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> JSONObject { try JSONValue(parsing: body).object() }

    /// The stable code of a problem.
    var code: String? { (try? json())?["code"].flatMap { if case .string(let text) = $0 { text } else { nil } } }

    /// The text that old clients show.
    var error: String? { (try? json())?["error"].flatMap { if case .string(let text) = $0 { text } else { nil } } }
}
