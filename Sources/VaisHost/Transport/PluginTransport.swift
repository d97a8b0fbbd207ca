internal import CVaisPlugin
internal import Glibc
internal import Synchronization

/// HTTP by a transport plugin: any number of transfers at once, moved forward by one thread of the host.
///
///     task ── submit, wake ──▶ client ◀── drive ── thread
///          ◀──── continuation ── Transfer ◀── head, data, done
package final class PluginTransport: Transport {
    package let about: String
    private let client: TransportClient
    private let driver: Mutex<pthread_t?>

    /// Opens a client and starts its thread.
    package init(_ plugin: LoadedPlugin, settings: [Setting]) throws(PluginError) {
        client = try TransportClient(plugin, settings: settings)
        about = client.about
        let client = client
        guard let thread = startThread("vais-transport", { client.driveUntilClosed() }) else {
            client.abandon()
            throw PluginError(.failed, "the system has no thread left for the transport", hint: "raise `ulimit -u`")
        }
        driver = Mutex(thread)
    }

    /// A transport nobody closed ends by itself.
    deinit {
        client.stop()
        if let thread = driver.withLock({ thread in take(&thread) }) { pthread_detach(thread) }
    }

    @discardableResult
    package func send(
        _ request: TransportRequest,
        onHead: @escaping @Sendable (ResponseHead) throws -> Void,
        onData: @escaping @Sendable (UnsafeRawBufferPointer) throws -> Void
    ) async throws(TransportError) -> ResponseHead {
        let transfer = Transfer(request, onHead: onHead, onData: onData)
        let client = client
        let result: Result<ResponseHead, TransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.whenDone { continuation.resume(returning: $0) }
                client.submit(transfer, request)
            }
        } onCancel: {
            client.cancel(transfer)
        }
        return try result.get()
    }

    package func close() async {
        client.stop()
        guard let thread = driver.withLock({ thread in take(&thread) }) else { return }
        await withCheckedContinuation { continuation in
            // Joining blocks, and this may be a thread of Swift's pool.
            if startThread(
                "vais-closing",
                {
                    pthread_join(thread, nil); continuation.resume()
                }) == nil
            {
                pthread_join(thread, nil)
                continuation.resume()
            }
        }
    }
}

private func take<T>(_ value: inout T?) -> T? {
    defer { value = nil }
    return value
}
