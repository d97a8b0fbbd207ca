import CPluginSupport
import CStorageSQLite
import CVaisPlugin

extension Session {
    /// Answers one page of the records that contain every term, best first; true when it holds the last of them.
    func search(
        _ id: UInt32, _ terms: UnsafeBufferPointer<vais_span>, offset: UInt64, limit: UInt32,
        _ page: UnsafeMutablePointer<vais_page>?, _ watch: CallWatch
    ) throws(Failure) -> (isLast: Bool, total: UInt64) {
        var writer = try PageWriter(page)
        let program = try program()
        guard let position = store.searches.firstIndex(where: { $0.id == id }) else {
            throw Failure(VAIS_INVALID, "there is no search " + String(id))
        }
        let index = store.searches[position]
        let expression = try Self.expression(terms)
        var total: Int64 = 0
        try read(watch) { connection throws(Failure) in
            try snapshot(connection) { () throws(Failure) in
                total = try count(index, expression, connection, program.slot(ofSearch: position, part: 0))
                let statement = try rank(
                    index, expression, connection, program.slot(ofSearch: position, part: expression.isEmpty ? 2 : 1))
                sqlite3_bind_int64(statement, 2, Int64(limit))
                sqlite3_bind_int64(statement, 3, Int64(clamping: offset))
                defer { sqlite3_reset(statement) }
                _ = try fill(&writer, from: statement, [VAIS_TEXT, VAIS_F64], limit: Int(limit), connection)
            }
        }
        writer.publish()
        let all = UInt64(clamping: total)
        let (end, overflows) = offset.addingReportingOverflow(UInt64(writer.rowCount))
        return (overflows || end >= all, all)
    }

    /// Terms as an expression of FTS5: each a quoted word with a star for "begins with", all of them required. Nothing
    /// of a term reaches FTS5's grammar, since letters and digits cannot end a quote.
    private static func expression(_ terms: UnsafeBufferPointer<vais_span>) throws(Failure) -> String {
        var expression = ""
        for term in terms {
            let isWord = term.bytes.allSatisfy { byte in
                let letter = byte | 0x20
                return byte >= 0x80 || byte >= 0x30 && byte <= 0x39 || letter >= 0x61 && letter <= 0x7A
            }
            guard isWord, !term.bytes.isEmpty else {
                throw Failure(VAIS_INVALID, "a search term holds something else than letters and digits")
            }
            if !expression.isEmpty { expression += " AND " }
            expression += "\"" + term.text + "\" *"
        }
        return expression
    }

    private func count(
        _ index: SearchIndex, _ expression: String, _ connection: Connection, _ slot: Int
    ) throws(Failure) -> Int64 {
        if expression.isEmpty {
            let text = try connection.text("SELECT count(*) FROM " + index.documents)
            return text.flatMap { Int64($0) } ?? 0
        }
        let statement = try connection.statement(slot, index.countSQL)
        try bind(expression, to: statement, connection)
        defer { sqlite3_reset(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_ROW else { throw connection.failure(code) }
        return sqlite3_column_int64(statement, 0)
    }

    private func rank(
        _ index: SearchIndex, _ expression: String, _ connection: Connection, _ slot: Int
    ) throws(Failure) -> OpaquePointer {
        if expression.isEmpty { return try connection.statement(slot, index.everythingSQL) }
        let statement = try connection.statement(slot, index.rankSQL)
        try bind(expression, to: statement, connection)
        for (position, weight) in index.weights.enumerated() {
            sqlite3_bind_double(statement, Int32(position + 4), weight)
        }
        return statement
    }

    private func bind(_ expression: String, to statement: OpaquePointer, _ connection: Connection) throws(Failure) {
        // SQLITE_TRANSIENT: SQLite takes its own copy.
        let code = expression.withCString { sqlite3_bind_text(statement, 1, $0, -1, vais_sqlite_transient()) }
        guard code == SQLITE_OK else { throw connection.failure(code) }
    }
}
