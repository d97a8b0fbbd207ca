/// How the driving thread of a transport's process gets the next bytes of a body: it asks the host, and waits for what the first thread hears.
/// One question at a time, since there is one driving thread. Thread-safe.
final class BodySupply: @unchecked Sendable {
    /// The host gives up, or is gone.
    struct NoMore: Error {}

    private let monitor = Monitor()
    /// Which transfer's bytes are waited for.
    private var asking: UInt64?
    private var answer: [UInt8]??
    private var isClosed = false

    /// Fills the buffer, and answers how many bytes there are; 0 at the end.
    func ask(_ transfer: UInt64, _ buffer: UnsafeMutableRawBufferPointer, _ control: FrameSocket) throws -> Int {
        monitor.withLock {
            asking = transfer
            answer = nil
        }
        var question = FrameWriter(.want)
        question.number(transfer)
        question.number(UInt32(clamping: buffer.count))
        try control.send(question.bytes)
        let bytes: [UInt8]? = monitor.withLock {
            while answer == nil, !isClosed { monitor.wait() }
            asking = nil
            return answer ?? nil
        }
        guard let bytes, bytes.count <= buffer.count else { throw NoMore() }
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    /// Nil gives up.
    func supply(_ transfer: UInt64, _ bytes: [UInt8]?) {
        monitor.withLock {
            guard asking == transfer else { return }
            answer = .some(bytes)
            monitor.broadcast()
        }
    }

    /// Nobody wants the transfer any more.
    func giveUp(_ transfer: UInt64) { supply(transfer, nil) }

    func close() {
        monitor.withLock {
            isClosed = true
            monitor.broadcast()
        }
    }
}
