import CSQLite
import Synchronization

/// Every statement that any connection of this process ran, with its database's path. The plugin uses the same SQLite
/// library as the tests, so SQLite itself tells.
enum StatementLog {
    private static let entries = Mutex<[(path: String, sql: String)]>([])

    static func start() { _ = started }

    static func statements(of path: String) -> [String] {
        entries.withLock { entries in entries.filter { $0.path == path }.map(\.sql) }
    }

    private static let started: Int32 = {
        typealias Extension =
            @convention(c) (
                OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, OpaquePointer?
            ) -> Int32
        let attach: Extension = { connection, _, _ in
            sqlite3_trace_v2(
                connection, UInt32(SQLITE_TRACE_STMT),
                { _, _, statement, _ in
                    StatementLog.note(statement.map { OpaquePointer($0) })
                    return 0
                }, nil)
            return SQLITE_OK
        }
        return sqlite3_auto_extension(unsafeBitCast(attach, to: (@convention(c) () -> Void).self))
    }()

    private static func note(_ statement: OpaquePointer?) {
        guard let statement, let sql = sqlite3_sql(statement),
            let path = sqlite3_db_filename(sqlite3_db_handle(statement), "main")
        else { return }
        let entry = (path: String(cString: path), sql: String(cString: sql))
        entries.withLock { $0.append(entry) }
    }
}
