import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// One SQLite connection and the statements it keeps. Used by one thread at a time; whoever owns it sees to that.
final class Connection {
    enum Role { case writer, reader }

    let handle: OpaquePointer
    /// What may end the call under way. SQLite's callbacks read it, so it has an address of its own.
    let watch: UnsafeMutablePointer<CallWatch>
    /// Pages in the write-ahead log after the last commit of this connection.
    let logPages: UnsafeMutablePointer<Int32>
    /// Kept statements by slot; `Program` gives out the slots.
    private var statements: [OpaquePointer?] = []
    private var controls: [OpaquePointer?] = []

    private init(_ handle: OpaquePointer) {
        self.handle = handle
        watch = .allocate(capacity: 1)
        watch.initialize(to: CallWatch())
        logPages = .allocate(capacity: 1)
        logPages.initialize(to: 0)
        sqlite3_extended_result_codes(handle, 1)
        installCallbacks()
    }

    static func open(_ role: Role, _ settings: StoreSettings) throws(Failure) -> Connection {
        var opened: OpaquePointer?
        let access = role == .writer ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let code = settings.path.withCString { sqlite3_open_v2($0, &opened, access | SQLITE_OPEN_NOMUTEX, nil) }
        guard let opened, code == SQLITE_OK else {
            let failure = Failure(
                status(ofSQLite: code), "cannot open " + settings.path + ": " + String(cString: sqlite3_errstr(code)),
                vendorCode: code)
            sqlite3_close_v2(opened)
            throw failure
        }
        let connection = Connection(opened)
        try connection.configure(role, settings)
        return connection
    }

    deinit {
        for statement in statements { sqlite3_finalize(statement) }
        for statement in controls { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
        watch.deallocate()
        logPages.deallocate()
    }

    private func installCallbacks() {
        // A thousand steps of SQLite's machine are some tens of microseconds.
        sqlite3_progress_handler(
            handle, 1000,
            { context in
                context?.assumingMemoryBound(to: CallWatch.self).pointee.verdict == nil ? 0 : 1
            }, watch)
        // Only a foreign process (a `sqlite3` shell) or a checkpoint ever makes us wait: ten seconds at most.
        sqlite3_busy_handler(
            handle,
            { context, count in
                if count > 1000 || context?.assumingMemoryBound(to: CallWatch.self).pointee.verdict != nil { return 0 }
                vais_sqlite_sleep_microseconds(count < 10 ? 1000 : 10_000)
                return 1
            }, watch)
    }

    private func configure(_ role: Role, _ settings: StoreSettings) throws(Failure) {
        // A misspelt column must be an error, not a string; a reader trusts nothing the file may define. (The writer
        // must: to SQLite 3.40 the FTS5 table that the triggers of a search fill is not above suspicion.)
        _ = vais_sqlite_switch(handle, SQLITE_DBCONFIG_DQS_DML, 0)
        _ = vais_sqlite_switch(handle, SQLITE_DBCONFIG_DQS_DDL, 0)
        _ = vais_sqlite_switch(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
        if role == .reader { _ = vais_sqlite_switch(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0) }
        // Only the writer checkpoints, and by hand: two connections that checkpoint one log can corrupt it before
        // 3.51.3.
        sqlite3_wal_autocheckpoint(handle, 0)
        try execute("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON")
        guard role == .writer else {
            try execute("PRAGMA cache_size = -8192")
            return
        }
        try execute("PRAGMA synchronous = " + (settings.isFullySynchronous ? "FULL" : "NORMAL"))
        try execute("PRAGMA cache_size = -16384; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = FAST")
        guard try text("PRAGMA journal_mode = WAL") == "wal" else {
            throw Failure(VAIS_UNSUPPORTED, "SQLite cannot keep a write-ahead log in this folder")
        }
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, logPages)
    }

    // MARK: Failures

    /// What `code`, just answered by this connection, means.
    func failure(_ code: Int32) -> Failure {
        let primary = code & 0xFF
        if primary == SQLITE_INTERRUPT || primary == SQLITE_BUSY, let verdict = watch.pointee.verdict {
            return CallWatch.failure(verdict)
        }
        var meaning = status(ofSQLite: code)
        // A quota or a limit on file sizes is an I/O error to SQLite, and a full disk to us. What failed last was the
        // write.
        if code == ioErrorWrite || code == ioErrorSync, [ENOSPC, EDQUOT, EFBIG].contains(vais_sqlite_errno()) {
            meaning = VAIS_NO_SPACE
        }
        return Failure(meaning, String(cString: sqlite3_errmsg(handle)), vendorCode: code)
    }

    // MARK: Statements

    func execute(_ sql: String) throws(Failure) {
        let code = sql.withCString { sqlite3_exec(handle, $0, nil, nil, nil) }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// The first column of the first row of `sql`, nil when there is no row.
    func text(_ sql: String) throws(Failure) -> String? {
        let statement = try compile(sql)
        defer { sqlite3_finalize(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_ROW else {
            if code == SQLITE_DONE { return nil }
            throw failure(code)
        }
        return sqlite3_column_text(statement, 0).map { String(cString: $0) }
    }

    /// The caller finalizes it.
    func compile(_ sql: String, kept: Bool = false) throws(Failure) -> OpaquePointer {
        var statement: OpaquePointer?
        let flags = kept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        let code = sql.withCString { sqlite3_prepare_v3(handle, $0, -1, flags, &statement, nil) }
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        return statement
    }

    /// The kept statement of a slot, compiled at its first use on this connection.
    func statement(_ slot: Int, _ sql: @autoclosure () -> String) throws(Failure) -> OpaquePointer {
        if slot < statements.count, let statement = statements[slot] { return statement }
        let statement = try compile(sql(), kept: true)
        while statements.count <= slot { statements.append(nil) }
        statements[slot] = statement
        return statement
    }

    /// Runs a statement that answers no rows, and makes it ready for its next use.
    func run(_ statement: OpaquePointer) throws(Failure) {
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else {
            let failure = failure(code)
            sqlite3_reset(statement)
            throw failure
        }
        sqlite3_reset(statement)
    }

    // MARK: Transactions

    /// The statements that begin and end transactions, kept like all others.
    enum Control: Int {
        /// Reads from here on see one snapshot.
        case begin
        /// Holds the right to write from the start.
        case beginImmediate
        case commit, rollback
        case savepoint, release, rollbackToSavepoint

        fileprivate var sql: String {
            switch self {
            case .begin: "BEGIN"
            case .beginImmediate: "BEGIN IMMEDIATE"
            case .commit: "COMMIT"
            case .rollback: "ROLLBACK"
            case .savepoint: "SAVEPOINT batch"
            case .release: "RELEASE batch"
            case .rollbackToSavepoint: "ROLLBACK TO batch"
            }
        }
    }

    func run(_ control: Control) throws(Failure) {
        let position = control.rawValue
        while controls.count <= position { controls.append(nil) }
        if let statement = controls[position] { return try run(statement) }
        let statement = try compile(control.sql, kept: true)
        controls[position] = statement
        try run(statement)
    }

    /// Commits. No deadline or cancellation touches it: its outcome must not be in doubt.
    func end() throws(Failure) {
        let armed = watch.pointee
        watch.pointee = CallWatch()
        defer { watch.pointee = armed }
        try run(.commit)
    }

    /// Undoes the transaction if there is one; answers whether the connection is fit for use.
    func abandon() -> Bool {
        if sqlite3_get_autocommit(handle) != 0 { return true }
        watch.pointee = CallWatch()
        do throws(Failure) { try run(.rollback) } catch { return false }
        return sqlite3_get_autocommit(handle) != 0
    }
}
