import Glibc
import VaisProtocol

/// One request per connection, blocking, so that a test knows exactly what was answered and what was not.
struct HTTPClient: Sendable {
    struct Answer: CustomStringConvertible {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]

        /// The value of the header `name`, in lower case.
        subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

        func json() throws -> JSONValue { try JSONValue(parsing: body) }

        var description: String { "\(status) \(String(decoding: body.prefix(400), as: UTF8.self))" }
    }

    let port: UInt16

    func get(_ path: String, headers: [(String, String)] = []) throws -> Answer {
        try send("GET", path, headers: headers)
    }

    /// Throws unless the whole answer came.
    ///
    /// - Parameter halfway: called when half of the body has been sent.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil,
        halfway: () throws -> Void = {}
    ) throws -> Answer {
        let connection = try Connection(port: port)
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if let body { head += "Content-Length: \(body.count)\r\n" }
        // A server that refuses early stops reading; its answer counts then.
        let body = body ?? []
        let first = connection.write(Array((head + "\r\n").utf8) + body[..<(body.count / 2)])
        try halfway()
        let sent = first && connection.write(Array(body[(body.count / 2)...]))
        let bytes = try connection.readAll()
        guard !bytes.isEmpty else { throw Failure(sent ? "no answer" : "the connection was closed") }
        return try parse(bytes, hasBody: method != "HEAD")
    }

    /// Uploads a release as a client does: a form with the metadata and the archive.
    func publish(_ package: SamplePackage, token: String, halfway: () throws -> Void = {}) throws -> Answer {
        let boundary = "vais-end-to-end-boundary"
        func part(_ field: String) -> String {
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n\r\n"
        }
        var body = Array(part("metadata").utf8)
        body += PublishMetadata(name: package.name, version: package.version).encoded()
        body += Array("\r\n\(part("archive"))".utf8)
        body += package.archive
        body += Array("\r\n--\(boundary)--\r\n".utf8)
        return try send(
            "POST", "/api/v1/packages/publish",
            headers: [
                ("Authorization", "Bearer \(token)"), ("Content-Type", "multipart/form-data; boundary=\(boundary)"),
            ], body: body, halfway: halfway)
    }

    private func parse(_ bytes: [UInt8], hasBody: Bool) throws -> Answer {
        guard let end = Self.headEnd(bytes) else { throw Failure("the answer's head was cut off") }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { throw Failure("no status line") }
        let headers = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (
                name: line[..<colon].lowercased(),
                value: String(line[colon...].dropFirst().drop { $0 == " " })
            )
        }
        var body = Array(bytes[(end + 4)...])
        if headers.contains(where: { $0.name == "transfer-encoding" && $0.value == "chunked" }) {
            body = try Self.joinChunks(body)
        } else if let text = headers.first(where: { $0.name == "content-length" })?.value {
            guard !hasBody || Int(text) == body.count else { throw Failure("the answer was cut off") }
        }
        return Answer(status: status, headers: headers, body: body)
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...(bytes.count - 4)).first { bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private static func joinChunks(_ bytes: [UInt8]) throws -> [UInt8] {
        var body: [UInt8] = []
        var rest = bytes[...]
        while let line = rest.firstIndex(of: 13) {
            guard let size = Int(String(decoding: rest[..<line], as: UTF8.self), radix: 16) else { break }
            if size == 0 { return body }
            guard rest.endIndex >= line + 2 + size + 2 else { break }
            body += rest[(line + 2)..<(line + 2 + size)]
            rest = rest[(line + 2 + size + 2)...]
        }
        throw Failure("the answer's chunks were cut off")
    }
}

/// A blocking TCP connection to the loopback address.
private final class Connection {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket: \(systemMessage())") }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            let reason = systemMessage()
            close(descriptor)
            throw Failure("cannot connect: \(reason)")
        }
    }

    deinit { close(descriptor) }

    /// Whether everything was taken.
    func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { all in
            var rest = all[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest)
                let count = send(descriptor, piece.baseAddress, piece.count, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    /// Everything until the other side closes. What was read before a reset counts.
    func readAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { throw Failure("the server was silent for a minute") }
            if count <= 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
