import Foundation
import Loopback

/// An HTTP server on a loopback port of its own. Each connection has a thread, serves one request as `answer` says, and is closed.
final class TestServer: Sendable {
    /// A request as it came, and the means to answer it.
    struct Exchange: Sendable {
        let head: String
        let body: [UInt8]
        fileprivate let socket: Int32

        var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }

        /// False when the client is gone.
        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Glibc.send(socket, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }

        func respond(_ status: String = "200 OK", headers: [String] = [], body: [UInt8] = []) {
            send(
                (["HTTP/1.1 \(status)", "content-length: \(body.count)", "connection: close"] + headers).joined(
                    separator: "\r\n") + "\r\n\r\n")
            send(body)
        }

        /// Waits until the client closes the connection.
        func waitForClient() {
            var byte: UInt8 = 0
            while recv(socket, &byte, 1, 0) > 0 {}
        }
    }

    var url: String { "http://127.0.0.1:\(listener.port)" }
    var port: UInt16 { listener.port }
    private let listener: LoopbackListener

    init(_ answer: @escaping @Sendable (Exchange) -> Void) throws {
        listener = try LoopbackListener { descriptor, _ in
            if let exchange = Exchange(reading: descriptor) { answer(exchange) }
        }
    }

    deinit { listener.stop() }
}

extension TestServer.Exchange {
    /// Reads the head and as much body as `content-length` or chunks announce; nil when the client is gone first.
    fileprivate init?(reading socket: Int32) {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        func more() -> Bool {
            let count = recv(socket, &buffer, buffer.count, 0)
            if count > 0 { bytes += buffer[..<count] }
            return count > 0
        }
        let separator = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil {
            guard more() else { return nil }
            end = bytes.indices.first { bytes[$0...].starts(with: separator) }
        }
        guard let end else { return nil }
        head = String(decoding: bytes[..<end], as: UTF8.self)
        let start = end + separator.count
        let length = head.lowercased().components(separatedBy: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
        while bytes.count < start + (length ?? 0) {
            guard more() else { break }
        }
        body = Array(bytes[start...])
        self.socket = socket
    }
}
