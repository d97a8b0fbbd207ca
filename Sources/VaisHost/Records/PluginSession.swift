internal import CVaisPlugin

/// One session of a storage plugin with the buffers its calls use. Belongs to one thread. Opened when first needed, and again
/// after the backend was lost.
final class PluginSession {
    let store: PluginStore
    let call: PluginCall
    var arena = CellArena()
    var page = PageBuffer()
    private var session: OpaquePointer?

    init(_ store: PluginStore) {
        self.store = store
        call = PluginCall(store.gate)
    }

    func close() {
        guard let session else { return }
        self.session = nil
        store.closeSession(session)
    }

    func health(_ bounds: CallBounds) throws(StorageError) {
        let store = self.store
        try call.run("cannot reach the store", bounds.limits) { store.table.health(store.handle, $0) }
    }

    /// Runs `body` with an open session. When a session that had been open for a while turns out to be lost, which changes nothing,
    /// the call is made once more with a new one.
    func using<T>(
        _ bounds: CallBounds, _ body: (OpaquePointer, CallBounds.Limits) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        let isOld = session != nil
        do throws(StorageError) {
            return try attempt(bounds, body)
        } catch {
            guard isOld, error.code == .unavailable, !bounds.isCancelled else { throw error }
            return try attempt(bounds, body)
        }
    }

    private func attempt<T>(
        _ bounds: CallBounds, _ body: (OpaquePointer, CallBounds.Limits) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        let session = try open(bounds.limits)
        do throws(StorageError) {
            let result = try body(session, bounds.limits(in: session))
            forgetIfLeft(bounds)
            return result
        } catch {
            forgetIfLeft(bounds)
            recover(from: error.code)
            throw error
        }
    }

    /// A session that an interrupt does not give back is no longer ours.
    private func forgetIfLeft(_ bounds: CallBounds) {
        // Nobody else is interrupted.
        if bounds.isCancelled, bounds.isSessionLeft { session = nil }
    }

    private func open(_ limits: CallBounds.Limits) throws(StorageError) -> OpaquePointer {
        if let session { return session }
        let opened = try store.openSession(limits, call)
        session = opened
        return opened
    }

    /// After a failure that may have left the session in an odd state it is reset, or closed when that fails too.
    func recover(from code: StorageError.Code) {
        switch code {
        case .unavailable: close()
        case .ambiguous, .corrupt, .failed, .timeout:
            guard let session else { return }
            let store = self.store
            do throws(StorageError) {
                try call.run("cannot reset the session", timeout: .seconds(5)) {
                    store.table.session_reset(session, $0)
                }
            } catch { close() }
        default: break
        }
    }
}
