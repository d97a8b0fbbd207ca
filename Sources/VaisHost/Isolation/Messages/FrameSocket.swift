internal import CVaisShim
internal import Glibc

/// One end of a pair of connected sockets that keep the boundaries of messages. Closed with its last owner. Thread-safe: a message goes and
/// comes whole.
final class FrameSocket: Sendable {
    /// Bytes of the largest message, so that it fits into a socket's usual buffer.
    static let largest = 192 << 10

    enum Failure: Error {
        /// The other end is closed, mostly since its process has ended.
        case gone
        /// It did not take, or send, a message within the socket's time.
        case late
        /// A message of more than `largest` bytes.
        case tooLarge
    }

    let descriptor: Int32

    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// One end, and the other's descriptor, which is the caller's. Nil when the system has no descriptors left.
    static func pair() -> (own: FrameSocket, other: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard vais_message_sockets(&ends) == 0 else { return nil }
        for end in ends {
            var size = Int32(largest + 4096)
            setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        return (FrameSocket(owning: ends[0]), ends[1])
    }

    /// How long sending or receiving one message may take; nil for ever.
    func allow(sending: Duration? = nil, receiving: Duration? = nil) {
        set(SO_SNDTIMEO, sending)
        set(SO_RCVTIMEO, receiving)
    }

    private func set(_ option: Int32, _ time: Duration?) {
        let nanoseconds = time.map { max(1_000_000, $0.nanoseconds) } ?? 0
        var value = timeval(
            tv_sec: Int(clamping: nanoseconds / 1_000_000_000), tv_usec: Int(nanoseconds % 1_000_000_000 / 1000))
        setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
    }

    /// - Parameter waits: whether for room, when the other end is slow; else that is `late` at once.
    func send(
        _ head: [UInt8], _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        descriptors: [Int32] = [], waits: Bool = true
    ) throws(Failure) {
        guard head.count + body.count <= Self.largest else { throw .tooLarge }
        let status = head.withUnsafeBytes { head in
            vais_send_message(
                descriptor, head.baseAddress, UInt(head.count), body.baseAddress, UInt(body.count), descriptors,
                UInt32(descriptors.count), waits ? 1 : 0)
        }
        if status != 0 { throw failure() }
    }

    /// The bytes of the next message, in `buffer`, until that is used again. Descriptors that come with it are refused.
    func receive(_ buffer: UnsafeMutableRawBufferPointer) throws(Failure) -> UnsafeRawBufferPointer {
        try received(vais_receive_message(descriptor, buffer.baseAddress, UInt(buffer.count), nil, nil), buffer)
    }

    /// The same with the descriptors that came, which are the caller's.
    func receive(
        _ buffer: UnsafeMutableRawBufferPointer, _ descriptors: inout [Int32]
    ) throws(Failure) -> UnsafeRawBufferPointer {
        var taken: [Int32] = [-1, -1]
        var count: UInt32 = 0
        let size = vais_receive_message(descriptor, buffer.baseAddress, UInt(buffer.count), &taken, &count)
        let message = try received(size, buffer)
        descriptors = Array(taken.prefix(Int(count)))
        return message
    }

    private func received(_ size: Int, _ buffer: UnsafeMutableRawBufferPointer) throws(Failure)
        -> UnsafeRawBufferPointer
    {
        if size < 0 { throw failure() }
        // An empty message cannot be told from the end, so nobody sends one.
        if size == 0 { throw .gone }
        return UnsafeRawBufferPointer(rebasing: buffer[..<size])
    }

    private func failure() -> Failure {
        switch errno {
        case EAGAIN: .late
        case EMSGSIZE: .tooLarge
        default: .gone
        }
    }

    /// The other end finds that nothing more comes.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
