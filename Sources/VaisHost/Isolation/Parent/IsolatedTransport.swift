internal import Synchronization

/// HTTP by a transport plugin that runs in a process of its own: any number of transfers at once.
final class IsolatedTransport: Transport {
    typealias Plugin = IsolatedPlugin<TransferTable>

    let about: String
    let plugin: Plugin

    private static let numbers = Atomic<UInt64>(1)

    /// Starts the process, so that what is wrong with the plugin is told now.
    init(_ plugin: Plugin) throws(PluginError) {
        self.plugin = plugin
        about = try plugin.running().listener.offer?.about ?? ""
    }

    @discardableResult
    func send(
        _ request: TransportRequest,
        onHead: @escaping @Sendable (ResponseHead) throws -> Void,
        onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws(TransportError) -> ResponseHead {
        if let fault = NativeRequest.fault(in: request) { throw fault }
        let running: Plugin.Running
        do throws(PluginError) { running = try plugin.running() } catch {
            throw TransportError(error.code == .failed ? .stopped : .broken, error.message, hint: error.hint)
        }
        let transfer = Transfer(request, onHead: onHead, onData: onData)
        let number = Self.numbers.add(1, ordering: .relaxed).oldValue
        let result: Result<ResponseHead, TransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.whenDone { continuation.resume(returning: $0) }
                running.listener.submit(
                    transfer, SubmitMessage(number: number, request: request), to: running.child)
            }
        } onCancel: {
            running.listener.cancel(transfer, running.child)
        }
        return try result.get()
    }

    func close() async {
        await withCheckedContinuation { continuation in plugin.close { continuation.resume() } }
    }
}
