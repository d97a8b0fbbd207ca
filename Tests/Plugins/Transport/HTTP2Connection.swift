/// As much of HTTP/2 (RFC 9113) as a server needs that looks at no header field: frames in, canned frames out.
struct HTTP2Connection {
    enum FrameType: UInt8 {
        case data = 0
        case headers = 1
        case resetStream = 3
        case settings = 4
        case goAway = 7
    }

    private let connection: HostileConnection

    /// nil when the client does not begin as HTTP/2 must (section 3.4).
    init?(_ connection: HostileConnection) {
        self.connection = connection
        guard connection.readExactly(24) == Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) else { return nil }
        send(.settings, stream: 0, [])
    }

    /// The stream of the next request that has no body, or nil at the end of the connection.
    func nextRequest() -> UInt32? {
        while let header = connection.readExactly(9) {
            let size = header[..<3].reduce(0) { $0 << 8 | Int($1) }
            guard connection.readExactly(size) != nil else { return nil }
            let stream = header[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            if header[3] == FrameType.headers.rawValue { return stream }
            if header[3] == FrameType.settings.rawValue, header[4] & 1 == 0 { send(.settings, flags: 1, stream: 0, []) }
        }
        return nil
    }

    /// Status 200 (entry 8 of the static table, RFC 7541 appendix A) and a body.
    func respond(_ body: String, to stream: UInt32) {
        send(.headers, flags: 4, stream: stream, [0x88])
        send(.data, flags: 1, stream: stream, Array(body.utf8))
    }

    func send(_ type: FrameType, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8]) {
        func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        connection.send(bytes(UInt32(payload.count), 3) + [type.rawValue, flags] + bytes(stream, 4) + payload)
    }
}
