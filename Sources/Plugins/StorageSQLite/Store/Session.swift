import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// One caller's connection: `vais_session` on the other side of the border. Reads go through a connection of its own,
/// opened at the first; commits take their turn at the store's writer.
final class Session {
    let store: Store
    /// Set by `session_interrupt` from any thread; belongs to the call under way, and each call begins by clearing it.
    let interrupted: UnsafeMutablePointer<UInt32>
    private var opened: Connection?

    init(_ store: Store) {
        self.store = store
        interrupted = .allocate(capacity: 1)
        interrupted.initialize(to: 0)
    }

    deinit { interrupted.deallocate() }

    func program() throws(Failure) -> Program {
        guard let program = store.program else { throw Failure(VAIS_INVALID, "no shapes have been declared") }
        return program
    }

    /// Runs `body` on the reading connection, which `watch` may end.
    func read<Result>(
        _ watch: CallWatch, _ body: (Connection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let connection: Connection
        if let opened {
            connection = opened
        } else {
            connection = try Connection.open(.reader, store.settings)
            opened = connection
        }
        connection.watch.pointee = watch
        defer { connection.watch.pointee = CallWatch() }
        return try body(connection)
    }

    /// Forgets the reading connection; the next read opens another.
    func reset() { opened = nil }

    /// Runs `body` so that all its reads see one snapshot.
    func snapshot(_ connection: Connection, _ body: () throws(Failure) -> Void) throws(Failure) {
        try connection.run(.begin)
        do throws(Failure) { try body() } catch {
            if !connection.abandon() { reset() }
            throw error
        }
        try connection.end()
    }
}
