internal import Glibc
internal import Synchronization

/// A transport plugin at the service of the host. One thread drives it; what that has to say to the host waits while the host is busy, and so
/// the plugin reads no more from the network.
final class TransferService: PluginService {
    private let client: TransportClient
    private let control: FrameSocket
    private let transfers = Mutex<[UInt64: Transfer]>([:])
    private let bodies = BodySupply()
    private let isAsked = Atomic<Bool>(false)
    private let isSubmitting = Atomic<Bool>(false)
    /// What the first thread has to say, which the driving one does for it.
    private let outbox = Mutex<[[UInt8]]>([])
    private let driver = Monitor()
    // Under `driver`.
    private nonisolated(unsafe) var isDriving = true
    private nonisolated(unsafe) var isEnding = false

    /// Opens a client and starts its thread.
    init(_ plugin: LoadedPlugin, _ settings: [Setting], _ control: FrameSocket) throws(PluginError) {
        self.control = control
        client = try TransportClient(plugin, settings: settings)
        guard let thread = startThread("vais-transport", { self.drive() }) else {
            throw PluginError(.failed, "the system has no thread left for the transport", hint: "raise `ulimit -u`")
        }
        pthread_detach(thread)
    }

    var offer: [UInt8] { TransportOffer(about: client.about).message }

    func answer(
        _ request: LaneRequest, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(PluginError) -> [UInt8]? {
        throw PluginError(.failed, "a transport has no lanes")
    }

    // MARK: On the first thread, which never waits for the driving one

    func received(_ kind: FrameKind, _ frame: inout FrameReader) throws(FrameFault) {
        switch kind {
        case .submit: submit(try SubmitMessage(&frame) { [bodies, control] in try bodies.ask($0, $1, control) })
        case .cancel:
            let number = try frame.number(UInt64.self)
            if let transfer = transfers.withLock({ $0[number] }) { client.cancel(transfer) }
            bodies.giveUp(number)
        case .supply:
            let number = try frame.number(UInt64.self)
            let goesOn = try frame.flag()
            bodies.supply(number, goesOn ? Array(frame.remainder()) : nil)
        case .ping:
            isAsked.store(true, ordering: .relaxed)
            client.turn()
        default: throw FrameFault()
        }
    }

    private func submit(_ message: SubmitMessage) {
        let number = message.number
        let transfer = Transfer(
            message.request,
            onHead: { [self] head in
                let message = HeadMessage(number: number, head: head).message
                guard message.count <= FrameSocket.largest else { throw TooLongHead() }
                try send(message)
            },
            onData: { [self] bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(Self.largestPiece)
                    rest = rest.dropFirst(piece.count)
                    var writer = FrameWriter(.data)
                    writer.number(number)
                    try send(writer.bytes, UnsafeRawBufferPointer(rebasing: piece))
                }
            })
        transfers.withLock { $0[number] = transfer }
        transfer.whenDone { [self] outcome in
            transfers.withLock { $0[number] = nil }
            var error: TransportError?
            if case .failure(let failure) = outcome { error = failure }
            if error?.cause is TooLongHead {
                error = TransportError(.tooLarge, "\(transfer.title): the answer's header fields are too long")
            }
            let message = DoneMessage(number: number, error: error).message
            if isSubmitting.load(ordering: .acquiring) {
                outbox.withLock { $0.append(message) }
            } else {
                _ = try? send(message)
            }
        }
        isSubmitting.store(true, ordering: .releasing)
        client.submit(transfer, message.request)
        isSubmitting.store(false, ordering: .releasing)
        if outbox.withLock({ !$0.isEmpty }) { client.turn() }
    }

    private static let largestPiece = 128 << 10

    private struct TooLongHead: Error {}

    private func send(
        _ head: [UInt8], _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) throws(FrameSocket.Failure) {
        try control.send(head, body)
    }

    // MARK: On the driving thread

    private func drive() {
        client.driveUntilClosed { [self] in
            if isAsked.exchange(false, ordering: .relaxed) { _ = try? send(FrameWriter(.pong).bytes) }
            let messages = outbox.withLock { messages in
                defer { messages = [] }
                return messages
            }
            for message in messages { _ = try? send(message) }
        }
        let isWanted = driver.withLock {
            isDriving = false
            driver.broadcast()
            return isEnding
        }
        // The plugin has failed, and every transfer has been told: the next one is for a new process.
        if !isWanted { _exit(66) }
    }

    /// Ends connections in good order, as far as that takes no longer than a second. What a failed plugin leaves ends with the process.
    func end() {
        driver.withLock { isEnding = true }
        client.stop()
        bodies.close()
        let deadline = PluginCall.deadline(in: .seconds(1))
        driver.withLock {
            while isDriving, driver.wait(until: deadline) {}
        }
    }
}
