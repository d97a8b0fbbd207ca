internal import CVaisPlugin
internal import Synchronization

/// An open client of a transport plugin, and who may still use it. Thread-safe: the plugin allows `submit`, `cancel` and `wake` from any
/// thread, and the state says whether the client still exists; hence unchecked.
final class TransportClient: @unchecked Sendable {
    private let table: vais_transport
    private let state: Mutex<State>
    let about: String
    private let name: String

    private struct State: @unchecked Sendable {
        /// Nil once it is closed.
        var client: OpaquePointer?
        var isStopping = false
        /// Why it was closed, when the plugin failed.
        var failure: String?
    }

    /// How long `drive` waits when nothing happens; `wake` ends that wait.
    private static let longestWait: UInt32 = 60_000

    private static let connectionsPerOrigin: UInt32 = 8

    init(_ plugin: LoadedPlugin, settings: [Setting]) throws(PluginError) {
        guard plugin.threadModel != .one else {
            throw PluginError(
                .incompatible,
                "the transport plugin \(plugin.id) \(plugin.version) allows one call at a time, so nothing could be "
                    + "submitted while it waits for the network",
                hint: "use a transport plugin with thread model `per session` or `any`")
        }
        table = try plugin.requiredTable(vais_transport.self).pointee
        name = "the transport plugin \(plugin.id) \(plugin.version)"
        let table = table
        var opened: OpaquePointer?
        var agent = "\(HostIdentity.name)/\(HostIdentity.version)"
        let (status, said) = withNativeSettings(settings) { settings in
            agent.withUTF8 { agent in
                var options = vais_transport_options(
                    struct_size: size(vais_transport_options.self), setting_count: UInt32(settings.count),
                    settings: settings.baseAddress, user_agent: vais_span(agent),
                    max_connections_per_origin: Self.connectionsPerOrigin, reserved: 0)
                return pluginCall { table.open(&options, $0, &opened) }
            }
        }
        guard status == VAIS_OK, let opened else {
            throw PluginError(
                .failed, "\(name) cannot be opened: \(said ?? "status \(status)")",
                hint: "check `[transport.config]` in plugins.toml")
        }
        state = Mutex(State(client: opened))
        about = plainText(table.describe().text(atMost: 500))
    }

    /// Queues the transfer. Its end is reported through `transfer`, whatever happens.
    func submit(_ transfer: Transfer, _ request: TransportRequest) {
        if let fault = NativeRequest.fault(in: request) { return transfer.end(.failure(fault)) }
        let context = Unmanaged.passRetained(transfer)
        var number: UInt64 = 0
        let outcome: (status: vais_status, said: String?)? = NativeRequest.with(request) { native in
            state.withLock { state in
                guard let client = state.client, !state.isStopping else { return nil }
                let outcome = pluginCall {
                    table.submit(client, native, TransferEvents.table, context.toOpaque(), $0, &number)
                }
                if outcome.status == VAIS_OK { table.wake(client) }
                return outcome
            }
        }
        guard let outcome, outcome.status == VAIS_OK else {
            context.release()
            guard let outcome else { return transfer.end(.failure(closed())) }
            return transfer.end(
                .failure(TransportError(status: outcome.status, said: outcome.said, request: transfer.title)))
        }
        if transfer.isSubmitted(as: number) { cancel(number) }
    }

    /// Ends the transfer early, also when it has not been submitted yet.
    func cancel(_ transfer: Transfer) {
        if let number = transfer.cancel() { cancel(number) }
    }

    private func cancel(_ number: UInt64) {
        state.withLock { state in
            guard let client = state.client else { return }
            table.cancel(client, number)
            table.wake(client)
        }
    }

    /// Makes the driving thread end, and with it every transfer. May be called again.
    func stop() {
        state.withLock { state in
            state.isStopping = true
            if let client = state.client { table.wake(client) }
        }
    }

    /// Closes a client that no thread ever drove.
    func abandon() { close() }

    /// Makes the driving thread take a turn, also when there is nothing to do.
    func turn() {
        state.withLock { if let client = $0.client { table.wake(client) } }
    }

    /// The driving thread's life. `afterTurn` is called each time the plugin has moved its transfers.
    func driveUntilClosed(afterTurn: () -> Void = {}) {
        while let client = state.withLock({ $0.isStopping ? nil : $0.client }) {
            var active: UInt32 = 0
            let (status, said) = pluginCall(timeout: .seconds(600)) {
                table.drive(client, Self.longestWait, &active, $0)
            }
            afterTurn()
            if status != VAIS_OK && status != VAIS_DONE && status != VAIS_TIMEOUT {
                state.withLock {
                    $0.isStopping = true
                    $0.failure = "\(name) failed: \(said ?? "status \(status)")"
                }
            }
        }
        close()
    }

    private func close() {
        let client = state.withLock { state in
            defer { state.client = nil }
            return UInt(bitPattern: state.client)
        }
        if let client = OpaquePointer(bitPattern: client) { table.close(client) }
    }

    private func closed() -> TransportError {
        let failure = state.withLock { $0.failure }
        return TransportError(failure == nil ? .stopped : .broken, failure ?? "the transport is closed", hint: nil)
    }
}
