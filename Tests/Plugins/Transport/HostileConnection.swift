import CTestTLS
import Glibc

/// One accepted connection, read and written by blocking calls.
final class HostileConnection: @unchecked Sendable {
    let number: Int
    private let socket: Int32
    private let identity: TLSIdentity?
    private let tls: OpaquePointer?
    private var pending: [UInt8] = []

    /// nil when the client breaks the handshake off.
    init?(_ socket: Int32, _ number: Int, _ identity: TLSIdentity?, _ http2: Bool) {
        self.socket = socket
        self.number = number
        self.identity = identity
        tls = identity.flatMap { test_tls_accept($0.raw, socket, http2 ? 1 : 0) }
        if identity != nil, tls == nil { return nil }
    }

    deinit { test_tls_free(tls) }

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
            let count = bytes[sent...].withUnsafeBytes { bytes in
                tls.map { test_tls_write($0, bytes.baseAddress, bytes.count) }
                    ?? Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
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

    func readExactly(_ count: Int) -> [UInt8]? {
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
        let count = tls.map { test_tls_read($0, &buffer, buffer.count) } ?? recv(socket, &buffer, buffer.count, 0)
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
