/// A request on its way to a transport's process.
struct SubmitMessage {
    /// Given by the host; never used twice in one process.
    var number: UInt64
    var request: TransportRequest

    /// A body of at most so many bytes goes along; a larger one is asked for piece by piece.
    static let largestBody = 32 << 10

    var message: [UInt8] {
        var writer = FrameWriter(.submit)
        writer.number(number)
        writer.text(request.method)
        writer.text(request.url)
        writer.number(UInt32(clamping: request.headers.count))
        for (name, value) in request.headers {
            writer.text(name)
            writer.text(value)
        }
        writer.flag(request.decode)
        writer.number(request.maxResponseBytes)
        for time in [request.connectTimeout, request.stallTimeout, request.timeout ?? .zero] {
            writer.number(time.nanoseconds)
        }
        writer.number(request.stallBytes)
        switch request.body {
        case .none: writer.number(UInt8(0))
        case .bytes(let bytes) where bytes.count <= Self.largestBody:
            writer.number(UInt8(1))
            bytes.withUnsafeBytes { writer.data($0) }
        case .bytes(let bytes):
            writer.number(UInt8(2))
            writer.number(UInt64(bytes.count))
        case .stream(let size, _):
            writer.number(UInt8(2))
            writer.number(size)
        }
        return writer.bytes
    }

    /// - Parameter ask: fills a buffer with the next bytes of a body that did not come along.
    init(
        _ frame: inout FrameReader,
        ask: @escaping @Sendable (_ transfer: UInt64, UnsafeMutableRawBufferPointer) throws -> Int
    ) throws(FrameFault) {
        let number = try frame.number(UInt64.self)
        self.number = number
        request = TransportRequest(try frame.text(), try frame.text())
        for _ in 0..<(try frame.number(UInt32.self)) { request.headers.append((try frame.text(), try frame.text())) }
        request.decode = try frame.flag()
        request.maxResponseBytes = try frame.number(UInt64.self)
        request.connectTimeout = try frame.duration()
        request.stallTimeout = try frame.duration()
        let timeout = try frame.duration()
        request.timeout = timeout == .zero ? nil : timeout
        request.stallBytes = try frame.number(UInt32.self)
        switch try frame.number(UInt8.self) {
        case 0: request.body = .none
        case 1: request.body = .bytes(Array(try frame.data()))
        case 2: request.body = .stream(size: try frame.number(UInt64.self)) { buffer in try ask(number, buffer) }
        default: throw FrameFault()
        }
        try frame.end()
    }

    init(number: UInt64, request: TransportRequest) {
        self.number = number
        self.request = request
    }
}

extension FrameReader {
    fileprivate mutating func duration() throws(FrameFault) -> Duration {
        .nanoseconds(Int64(clamping: try number(UInt64.self)))
    }
}

/// A response's head.
struct HeadMessage {
    var number: UInt64
    var head: ResponseHead

    init(number: UInt64, head: ResponseHead) {
        self.number = number
        self.head = head
    }

    var message: [UInt8] {
        var writer = FrameWriter(.head)
        writer.number(number)
        writer.number(Int32(clamping: head.status))
        writer.number(UInt32(clamping: head.headers.count))
        for (name, value) in head.headers {
            writer.text(name)
            writer.text(value)
        }
        return writer.bytes
    }

    init(_ frame: inout FrameReader) throws(FrameFault) {
        number = try frame.number(UInt64.self)
        head = ResponseHead(status: Int(try frame.number(Int32.self)), headers: [])
        for _ in 0..<(try frame.number(UInt32.self)) { head.headers.append((try frame.text(), try frame.text())) }
        try frame.end()
    }
}

/// How a transfer ended: with a response, or for which reason not.
struct DoneMessage {
    var number: UInt64
    var error: TransportError?

    init(number: UInt64, error: TransportError?) {
        self.number = number
        self.error = error
    }

    var message: [UInt8] {
        var writer = FrameWriter(.done)
        writer.number(number)
        writer.flag(error != nil)
        if let error {
            writer.number(error.code.rawValue)
            writer.text(error.message)
            writer.optionalText(error.hint)
        }
        return writer.bytes
    }

    init(_ frame: inout FrameReader) throws(FrameFault) {
        number = try frame.number(UInt64.self)
        if try frame.flag() {
            guard let code = TransportError.Code(rawValue: try frame.number(UInt8.self)) else { throw FrameFault() }
            let message = plainText(try frame.text(), limit: 4000)
            error = TransportError(code, message, hint: try frame.optionalText().map { plainText($0) })
        }
        try frame.end()
    }
}
