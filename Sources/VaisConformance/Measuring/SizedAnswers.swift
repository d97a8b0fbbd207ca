internal import Glibc

/// An HTTP server on the loopback address that answers a request for `/N` with N bytes, over connections that are kept. Each has a thread;
/// they end when their clients do.
final class SizedAnswers: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32

    init?() {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isListening, Self.start({ Self.accept(listener) }) else {
            Glibc.close(listener)
            return nil
        }
    }

    func close() { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func accept(_ listener: Int32) {
        while true {
            let client = Glibc.accept(listener, nil, nil)
            if client < 0, errno == EINTR || errno == ECONNABORTED { continue }
            if client < 0 { break }
            var now: Int32 = 1
            setsockopt(client, Int32(IPPROTO_TCP), TCP_NODELAY, &now, socklen_t(MemoryLayout<Int32>.size))
            if !start({ serve(client) }) { Glibc.close(client) }
        }
        Glibc.close(listener)
    }

    private static func serve(_ client: Int32) {
        defer { Glibc.close(client) }
        let zeros = [UInt8](repeating: 0, count: 256 << 10)
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var head: [UInt8] = []
        while true {
            let count = recv(client, &buffer, buffer.count, 0)
            if count <= 0 { return }
            head += buffer[..<count]
            guard head.suffix(4).elementsEqual("\r\n\r\n".utf8) else { continue }
            let digits = head.drop { $0 != UInt8(ascii: "/") }.dropFirst().prefix { $0 != UInt8(ascii: " ") }
            var rest = Int(String(decoding: digits, as: UTF8.self)) ?? 0
            head = []
            guard send(client, Array("HTTP/1.1 200 OK\r\nContent-Length: \(rest)\r\n\r\n".utf8)) else { return }
            while rest > 0 {
                guard send(client, zeros.prefix(rest)) else { return }
                rest -= min(rest, zeros.count)
            }
        }
    }

    private static func send(_ client: Int32, _ bytes: some Swift.Collection<UInt8>) -> Bool {
        var sent = 0
        return bytes.withContiguousStorageIfAvailable { bytes in
            while sent < bytes.count {
                let count = Glibc.send(
                    client, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                if count <= 0 { return false }
                sent += count
            }
            return true
        } ?? false
    }

    private static func start(_ body: @escaping () -> Void) -> Bool {
        final class Body {
            let run: () -> Void
            init(_ run: @escaping () -> Void) { self.run = run }
        }
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        if result != 0 { box.release() } else { pthread_detach(thread) }
        return result == 0
    }
}
