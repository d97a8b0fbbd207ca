import CPluginSupport
import CTransportCurl
import CVaisPlugin

/// Connections and the transfers over them: `vais_client` is a retained reference to one. `inbox` belongs to every
/// thread, all else to the thread that drives.
final class Client {
    private let multi: UnsafeMutableRawPointer
    private let options: ClientOptions
    private let inbox = Inbox()
    private var active: [Transfer] = []
    /// When a deadline or a stall is to be looked at; CLOCK_MONOTONIC nanoseconds.
    private var nextCheck = UInt64.max

    /// nil when memory is short. Owns `options` if it succeeds.
    init?(_ options: ClientOptions, maxConnectionsPerOrigin: UInt32) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.options = options
        let connections = maxConnectionsPerOrigin == 0 ? 8 : Int(maxConnectionsPerOrigin)
        _ = curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections)
        // Idle connections kept: those of a few origins.
        _ = curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 4 * connections)
    }

    // MARK: Any thread

    func submit(
        _ request: vais_request, _ events: UnsafePointer<vais_transfer_events>, _ context: UnsafeMutableRawPointer?,
        number: inout UInt64
    ) -> Outcome {
        let setup = RequestSetup(request: request)
        if let problem = setup.problem() { return problem }
        guard let transfer = inbox.takeSpare() ?? newTransfer() else { return .noMemory }
        var fieldList: UnsafeMutablePointer<curl_slist>?
        guard setup.apply(to: transfer.easy, fieldList: &fieldList) else {
            curl_slist_free_all(fieldList)
            return .noMemory
        }
        transfer.begin(
            request, events, context, fieldList: fieldList, connectTimeout: setup.connectTimeout,
            maxHeaderBytes: setup.maxHeaderBytes)
        guard let added = inbox.add(transfer) else { return Outcome(VAIS_CANCELLED, "the client is being closed") }
        number = added.number
        if added.first { wake() }
        return .success
    }

    func cancel(_ number: UInt64) {
        if inbox.cancel(number) { wake() }
    }

    func wake() { curl_multi_wakeup(multi) }

    private func newTransfer() -> Transfer? {
        guard let transfer = Transfer(), transfer.setUp(options) else { return nil }
        return transfer
    }

    // MARK: The driving thread

    /// See `vais_transport.drive`. What came in before, or comes in while waiting, ends the wait: whoever queued it
    /// has woken us.
    func drive(_ waitMilliseconds: UInt32) -> Outcome {
        var running: Int32 = 0
        var code = curl_multi_poll(multi, nil, 0, Int32(clamping: milliseconds(atMost: waitMilliseconds)), nil)
        takeIn()
        if code == CURLM_OK { code = curl_multi_perform(multi, &running) }
        guard code == CURLM_OK else {
            return Outcome(VAIS_INTERNAL, "libcurl cannot go on: \(String(cString: curl_multi_strerror(code)))")
        }
        reap()
        checkTimes()
        return .success
    }

    var activeCount: UInt32 { UInt32(clamping: active.count + inbox.waiting) }

    /// Ends every transfer, closes every connection.
    func close() {
        inbox.close()
        takeIn()
        while let transfer = active.last { end(transfer, Outcome(VAIS_CANCELLED, "the client was closed")) }
        curl_multi_cleanup(multi)
        options.release()
    }

    private func milliseconds(atMost wait: UInt32) -> UInt64 {
        guard nextCheck != UInt64.max else { return UInt64(wait) }
        let now = vais_monotonic_now()
        guard nextCheck > now else { return 0 }
        return min(UInt64(wait), (nextCheck - now + 999_999) / 1_000_000)
    }

    private func takeIn() {
        let (transfers, cancelled) = inbox.take()
        for transfer in transfers {
            active.append(transfer)
            let code = curl_multi_add_handle(multi, transfer.easy)
            if code != CURLM_OK {
                end(
                    transfer,
                    Outcome(
                        VAIS_INTERNAL, "libcurl refuses the transfer: \(String(cString: curl_multi_strerror(code)))"))
            }
        }
        guard !cancelled.isEmpty else { return }
        // Backwards, because an end takes the transfer out of the list.
        for transfer in active.reversed() where cancelled.contains(transfer.number) {
            end(transfer, Outcome(VAIS_CANCELLED, "the transfer was cancelled"))
        }
    }

    /// Ends what libcurl has finished.
    private func reap() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let context = curl_get_context(easy)
            else { continue }
            let code = message.pointee.data.result
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            end(transfer, transfer.outcome(code))
        }
    }

    private func checkTimes() {
        let now = vais_monotonic_now()
        nextCheck = UInt64.max
        for transfer in active.reversed() {
            if let outcome = transfer.checkTime(now, next: &nextCheck) { end(transfer, outcome) }
        }
    }

    private func end(_ transfer: Transfer, _ outcome: Outcome) {
        curl_multi_remove_handle(multi, transfer.easy)
        if let index = active.firstIndex(where: { $0 === transfer }) { active.remove(at: index) }
        transfer.finish(outcome, keeping: inbox)
    }
}
