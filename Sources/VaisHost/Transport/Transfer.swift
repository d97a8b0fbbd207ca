internal import CVaisPlugin
internal import Synchronization

/// One request on its way. The driving thread reports to it; the waiting task and the cancelling one touch only `state`. What the driving
/// thread alone uses is unprotected: hence unchecked.
final class Transfer: @unchecked Sendable {
    typealias Outcome = Result<ResponseHead, TransportError>

    /// "GET https://registry.example/packages", for messages: without query and credentials.
    let title: String
    private let onHead: @Sendable (ResponseHead) throws -> Void
    private let onData: @Sendable (UnsafeRawBufferPointer) throws -> Void
    private let state = Mutex(State())

    private struct State: Sendable {
        var report: (@Sendable (Outcome) -> Void)?
        var number: UInt64?
        var isCancelled = false
    }

    // The driving thread's own.
    private var body: TransportRequest.Body
    private var sent = 0
    private var head: ResponseHead?
    private var received: UInt64 = 0
    private let maxResponseBytes: UInt64
    /// Why the transfer was stopped from our side.
    private var stopped: TransportError?

    init(
        _ request: TransportRequest, onHead: @escaping @Sendable (ResponseHead) throws -> Void,
        onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) {
        title = "\(plainText(request.method, limit: 20)) \(NativeRequest.printable(request.url))"
        body = request.body
        maxResponseBytes = request.maxResponseBytes
        self.onHead = onHead
        self.onData = onData
    }

    func whenDone(_ report: @escaping @Sendable (Outcome) -> Void) { state.withLock { $0.report = report } }

    /// Reports the end, once.
    func end(_ outcome: Outcome) {
        let report = state.withLock { state in
            defer { state.report = nil }
            return state.report
        }
        report?(outcome)
    }

    /// True when the transfer was cancelled before it had a number, so that it is to be cancelled now.
    func isSubmitted(as number: UInt64) -> Bool {
        state.withLock { state in
            state.number = number
            return state.isCancelled
        }
    }

    /// The number under which to cancel it, nil when it has none yet.
    func cancel() -> UInt64? {
        state.withLock { state in
            state.isCancelled = true
            return state.number
        }
    }

    // MARK: On the driving thread

    /// False stops the transfer; the others alike.
    func receive(_ head: ResponseHead) -> Bool {
        if stopped != nil { return false }
        self.head = head
        return attempt { try onHead(head) }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if stopped != nil { return false }
        let total = received.addingReportingOverflow(UInt64(bytes.count))
        guard !total.overflow, maxResponseBytes == 0 || total.partialValue <= maxResponseBytes else {
            stopped = TransportError(.tooLarge, "\(title): the answer has more than \(maxResponseBytes) bytes")
            return false
        }
        received = total.partialValue
        return attempt { try onData(bytes) }
    }

    /// The next bytes of the request's body; nil gives up.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        switch body {
        case .none: return 0
        case .bytes(let bytes):
            let count = min(buffer.count, bytes.count - sent)
            bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sent..<sent + count])) }
            sent += count
            return count
        case .stream(_, let next):
            var count: Int?
            guard attempt({ count = try next(buffer) }), let count, (0...buffer.count).contains(count) else {
                return nil
            }
            return count
        }
    }

    func finish(_ status: vais_status, _ said: String?) {
        finish(status == VAIS_OK ? nil : TransportError(status: status, said: said, request: title))
    }

    /// - Parameter error: nil when the response arrived whole.
    func finish(_ error: TransportError?) {
        if let error = stopped ?? error { return end(.failure(error)) }
        guard let head else { return end(.failure(TransportError(.broken, "\(title): the answer has no head"))) }
        end(.success(head))
    }

    private func attempt(_ work: () throws -> Void) -> Bool {
        do {
            try work()
            return true
        } catch {
            stopped = TransportError(.stopped, "\(title): stopped by its receiver", cause: error)
            return false
        }
    }
}

/// The C functions of every transfer: `context` is the `Transfer`, retained until `done`.
enum TransferEvents {
    nonisolated(unsafe) static let table: UnsafePointer<vais_transfer_events> = {
        let table = UnsafeMutablePointer<vais_transfer_events>.allocate(capacity: 1)
        table.initialize(
            to: vais_transfer_events(
                struct_size: size(vais_transfer_events.self), reserved: 0,
                head: { context, status, headers, count in
                    guard let transfer = TransferEvents.transfer(context) else { return 1 }
                    let fields = UnsafeBufferPointer(start: headers, count: headers == nil ? 0 : Int(count))
                    let head = ResponseHead(
                        status: Int(status),
                        headers: fields.map { ($0.name.text(atMost: 1 << 20), $0.value.text(atMost: 1 << 20)) })
                    return transfer.receive(head) ? 0 : 1
                },
                data: { context, bytes in
                    guard let transfer = TransferEvents.transfer(context), let count = Int(exactly: bytes.size) else {
                        return 1
                    }
                    return transfer.receive(
                        UnsafeRawBufferPointer(start: bytes.data, count: bytes.data == nil ? 0 : count)) ? 0 : 1
                },
                body: { context, buffer, capacity in
                    guard let transfer = TransferEvents.transfer(context), let count = Int(exactly: capacity) else {
                        return .max
                    }
                    let filled = transfer.fill(
                        UnsafeMutableRawBufferPointer(start: buffer, count: buffer == nil ? 0 : count))
                    return filled.map { UInt64($0) } ?? .max
                },
                done: { context, status, error in
                    guard let context else { return }
                    Unmanaged<Transfer>.fromOpaque(context).takeRetainedValue().finish(status, error?.pointee.said)
                }))
        return UnsafePointer(table)
    }()

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }
}
