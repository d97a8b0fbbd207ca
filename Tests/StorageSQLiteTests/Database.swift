import CSQLite
import StorageSQLiteTesting

/// A look at a database file past the plugin.
func withDatabase(_ path: String, _ sql: String, _ body: (OpaquePointer) throws -> Void = { _ in }) throws {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    guard sqlite3_open(path, &database) == SQLITE_OK, let database,
        sqlite3_exec(database, sql, nil, nil, nil) == SQLITE_OK
    else { throw TestStore.Missing() }
    try body(database)
}

/// The last column of every row, as text.
func rows(_ database: OpaquePointer, _ sql: String) -> [String] {
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(database, sql, -1, &statement, nil) == SQLITE_OK else {
        return [String(cString: sqlite3_errmsg(database))]
    }
    var found: [String] = []
    while sqlite3_step(statement) == SQLITE_ROW {
        let text = sqlite3_column_text(statement, sqlite3_column_count(statement) - 1)
        found.append(text.map { String(cString: $0) } ?? "")
    }
    return found
}
