internal import Synchronization

/// The transfers that one transport's process has under way. Bytes are taken by that process's own thread, which waits while a receiver is
/// busy, so that the process, its socket full, waits as well.
final class TransferTable: ChildListener {
    private let state = Mutex(State())
    private let patience: Duration

    private struct State: Sendable {
        var offer: TransportOffer?
        var transfers: [UInt64: Transfer] = [:]
        /// Those of them that were stopped by their receivers, who want nothing more.
        var stopped: Set<UInt64> = []
        /// Why there are none any more.
        var ending: PluginError?
        /// When the process last said anything, or had nothing to say, in nanoseconds of CLOCK_MONOTONIC.
        var heard: UInt64 = 0
    }

    /// - Parameter patience: how long the process may be silent while transfers are under way, although it is asked.
    init(patience: Duration) { self.patience = patience }

    var offer: TransportOffer? { state.withLock { $0.offer } }
    var tick: Duration? { min(.seconds(5), patience / 4) }

    func began(_ offer: inout FrameReader) throws(FrameFault) {
        let offer = try TransportOffer(&offer)
        state.withLock { $0.offer = offer }
    }

    /// Begins a transfer. Its end is reported through it, whatever happens.
    func submit(_ transfer: Transfer, _ submission: SubmitMessage, to child: PluginChild) {
        let number = submission.number
        let ending = state.withLock { state in
            if state.transfers.isEmpty { state.heard = PluginCall.monotonicNow() }
            if state.ending == nil { state.transfers[number] = transfer }
            return state.ending
        }
        if let ending { return transfer.end(.failure(TransportError(ending, transfer))) }
        do throws(FrameSocket.Failure) {
            try child.control.send(submission.message)
        } catch {
            // What has ended, or is stuck, ends all its transfers.
            if error == .late {
                child.condemn("did not take a request within \(child.job.limits.call.words), and was ended")
            }
            guard error == .tooLarge else { return }
            _ = take(number)
            return transfer.end(
                .failure(
                    TransportError(
                        .unsupported, "\(transfer.title): the request's header fields have too many bytes", hint: nil)))
        }
        if transfer.isSubmitted(as: number) { cancel(number, child) }
    }

    func cancel(_ transfer: Transfer, _ child: PluginChild) {
        if let number = transfer.cancel() { cancel(number, child) }
    }

    private func cancel(_ number: UInt64, _ child: PluginChild) {
        var message = FrameWriter(.cancel)
        message.number(number)
        send(message.bytes, child)
    }

    private func send(
        _ head: [UInt8], _ child: PluginChild,
        _ body: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        do throws(FrameSocket.Failure) { try child.control.send(head, body) } catch {
            if error == .late {
                child.condemn("did not take a message within \(child.job.limits.call.words), and was ended")
            }
        }
    }

    /// What is on its way already still comes; it is asked once to end.
    private func stop(_ number: UInt64, _ child: PluginChild) {
        if state.withLock({ $0.stopped.insert(number).inserted }) { cancel(number, child) }
    }

    private func take(_ number: UInt64) -> Transfer? {
        state.withLock { state in
            state.stopped.remove(number)
            return state.transfers.removeValue(forKey: number)
        }
    }

    // MARK: On the process's thread

    func received(_ kind: FrameKind, _ frame: inout FrameReader, from child: PluginChild) throws(FrameFault) {
        defer { state.withLock { $0.heard = PluginCall.monotonicNow() } }
        switch kind {
        case .head:
            let message = try HeadMessage(&frame)
            guard let transfer = transfer(message.number) else { return }
            if !transfer.receive(message.head) { stop(message.number, child) }
        case .data:
            let number = try frame.number(UInt64.self)
            guard let transfer = transfer(number) else { return }
            if !transfer.receive(frame.remainder()) { stop(number, child) }
        case .want:
            let number = try frame.number(UInt64.self)
            let capacity = try frame.number(UInt32.self)
            try frame.end()
            supply(number, min(Int(capacity), Self.largestSupply), child)
        case .done:
            let message = try DoneMessage(&frame)
            take(message.number)?.finish(message.error)
        case .pong: break
        default: throw FrameFault()
        }
    }

    private static let largestSupply = 64 << 10

    private func supply(_ number: UInt64, _ capacity: Int, _ child: PluginChild) {
        withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { buffer in
            let count = transfer(number)?.fill(buffer)
            var message = FrameWriter(.supply)
            message.number(number)
            message.flag(count != nil)
            send(message.bytes, child, UnsafeRawBufferPointer(rebasing: buffer[..<(count ?? 0)]))
        }
    }

    private func transfer(_ number: UInt64) -> Transfer? { state.withLock { $0.transfers[number] } }

    /// While transfers are under way, the process has to say something now and then, if only that it still moves them.
    func ticked(_ child: PluginChild) -> String? {
        let now = PluginCall.monotonicNow()
        let silence: UInt64 = state.withLock { state in
            if state.transfers.isEmpty { state.heard = now }
            return now &- min(now, state.heard)
        }
        if silence >= patience.nanoseconds { return "moved no transfer within \(patience.words), and was ended" }
        if silence > 0 { send(FrameWriter(.ping).bytes, child) }
        return nil
    }

    func ended(_ error: PluginError) {
        let transfers = state.withLock { state in
            state.ending = error
            defer { state.transfers = [:] }
            return state.transfers.values
        }
        for transfer in transfers { transfer.finish(TransportError(error, transfer)) }
    }
}

extension TransportError {
    /// The transport's process has ended: what the server has got of the request is not known. Or it was closed.
    fileprivate init(_ error: PluginError, _ transfer: Transfer) {
        self.init(
            error.code == .failed ? .stopped : .broken, "\(transfer.title): \(error.message)", hint: error.hint)
    }
}
