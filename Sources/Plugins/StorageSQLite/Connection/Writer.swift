import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The one connection of a store that writes, behind a mutex: commits of all sessions take turns here. It alone
/// checkpoints.
final class Writer {
    private let settings: StoreSettings
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    /// Nil after a fault of the disk, until the next use opens it anew.
    private var connection: Connection?
    /// Whether a COMMIT failed in such a way that its pages may still lie behind the end of the log.
    private var isTainted = false

    /// How many pages of log are worth waiting for readers.
    private var patience: Int32

    private init(_ settings: StoreSettings, _ connection: Connection) {
        self.settings = settings
        self.connection = connection
        patience = 4 * settings.checkpointPages
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    static func open(_ settings: StoreSettings) throws(Failure) -> Writer {
        Writer(settings, try Connection.open(.writer, settings))
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Moves the whole log into the database and closes. Nobody else uses the writer any more.
    func close() {
        if let connection, !isTainted {
            sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        }
        connection = nil
    }

    /// Runs `body` on the connection, alone.
    func use<Result>(
        _ watch: CallWatch, _ body: (Connection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try lock(watch)
        defer { pthread_mutex_unlock(mutex) }
        let connection = try ready()
        connection.watch.pointee = watch
        defer { connection.watch.pointee = CallWatch() }
        return try body(connection)
    }

    /// Runs `body` in a transaction that is durable when this returns; undone when `body` throws, or answers false.
    func transaction(
        _ watch: CallWatch, _ body: (Connection) throws(Failure) -> Bool
    ) throws(Failure) {
        try use(watch) { connection throws(Failure) in
            try connection.run(.beginImmediate)
            do throws(Failure) {
                guard try body(connection) else {
                    undo(connection)
                    return
                }
                try watch.check()
            } catch {
                undo(connection)
                throw error
            }
            try commit(connection)
            checkpointIfDue(connection)
        }
    }

    private func lock(_ watch: CallWatch) throws(Failure) {
        if pthread_mutex_trylock(mutex) == 0 { return }
        // In slices, so that a cancelled call leaves soon.
        while vais_sqlite_lock_until(mutex, vais_monotonic_now() + 5_000_000) != 0 { try watch.check() }
    }

    /// The connection: opened anew if it had to be given up, and with a clean log.
    private func ready() throws(Failure) -> Connection {
        let connection: Connection
        if let current = self.connection {
            connection = current
        } else {
            connection = try Connection.open(.writer, settings)
            self.connection = connection
        }
        if isTainted {
            guard scrub(connection) else {
                throw Failure(VAIS_UNAVAILABLE, "the database cannot be written since a fault of its disk")
            }
            isTainted = false
        }
        return connection
    }

    private func undo(_ connection: Connection) {
        if !connection.abandon() { self.connection = nil }
    }

    /// Commits, or says truthfully what is known. After a failed fsync the pages of the transaction lie in the log
    /// behind its valid end: invisible now, but found by recovery if the process died before anything overwrote them.
    /// Emptying the log settles that. When even this fails the outcome is unknown, and nothing is written until it
    /// succeeds; the connection stays open, because the last one to close would leave the log to recovery.
    private func commit(_ connection: Connection) throws(Failure) {
        do throws(Failure) {
            try connection.end()
        } catch {
            undo(connection)
            var failure = error.during("cannot commit")
            // A write that failed leaves no end of a transaction in the log, so the outcome is known.
            if error.vendorCode == ioErrorWrite || error.vendorCode & 0xFF != SQLITE_IOERR { throw failure }
            isTainted = true
            warn(failure.message + "; the disk may be failing")
            guard self.connection != nil, scrub(connection) else {
                failure.status = VAIS_AMBIGUOUS
                throw failure
            }
            isTainted = false
            throw failure
        }
    }

    private func scrub(_ connection: Connection) -> Bool {
        connection.watch.pointee = CallWatch(deadline: vais_monotonic_now() + 2_000_000_000)
        defer { connection.watch.pointee = CallWatch() }
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        // SQLite leaves the new length to the next commit's fsync; until then the power could fail and bring it all
        // back.
        return code == SQLITE_OK && vais_sqlite_sync_log(connection.handle) == SQLITE_OK
    }

    /// Moves the log into the database once it is long. The commit before is durable already, so a failure is left to
    /// the next. A checkpoint that waits for nobody gets only as far as the oldest reader, and with readers always
    /// about the log would grow for ever; so when it has become four times as long, the readers under way are waited
    /// for, briefly.
    private func checkpointIfDue(_ connection: Connection) {
        let pages = connection.logPages.pointee
        guard pages >= settings.checkpointPages else { return }
        guard pages >= patience else {
            connection.watch.pointee = CallWatch()
            sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            return
        }
        connection.watch.pointee = CallWatch(deadline: vais_monotonic_now() + 250_000_000)
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil)
        // Somebody keeps an old snapshot: no further commit waits for it until the log has grown as much again.
        patience = (code == SQLITE_OK ? 0 : pages) + 4 * settings.checkpointPages
    }
}
