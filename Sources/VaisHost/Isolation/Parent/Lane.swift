internal import Glibc

/// A socket and some memory, by which one caller at a time asks a plugin's process and waits for its answer.
final class Lane: @unchecked Sendable {
    /// What the plugin said: the answer's bytes, or why there is none.
    typealias Answer = Result<[UInt8], PluginError>

    let memory: SharedMemory
    private let socket: FrameSocket
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 8)
    private var patience: Duration?

    init(_ socket: FrameSocket, _ memory: SharedMemory) {
        self.socket = socket
        self.memory = memory
    }

    deinit { buffer.deallocate() }

    /// How long each of the next answers may take.
    func allow(_ time: Duration) {
        guard patience != time else { return }
        patience = time
        socket.allow(sending: time, receiving: time)
    }

    /// Asks, without waiting. Each question but `abandon` is answered, in their order.
    func post(_ request: LaneRequest) throws(FrameSocket.Failure) { try socket.send(request.message) }

    func collect() throws(FrameSocket.Failure) -> Answer {
        var frame = FrameReader(try socket.receive(buffer))
        do throws(FrameFault) {
            switch try frame.kind() {
            case .answered: return .success(Array(frame.remainder()))
            case .failed:
                let error = try frame.error()
                try frame.end()
                return .failure(error)
            default: throw FrameFault()
            }
        } catch {
            throw .tooLarge
        }
    }

    func ask(_ request: LaneRequest) throws(FrameSocket.Failure) -> Answer {
        try post(request)
        return try collect()
    }
}
