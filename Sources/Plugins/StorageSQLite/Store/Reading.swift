import CPluginSupport
import CStorageSQLite
import CVaisPlugin

extension Session {
    /// Answers GET and COUNT shapes, one row each, from one snapshot.
    func get(
        _ uses: UnsafePointer<vais_use>?, _ count: UInt32, _ page: UnsafeMutablePointer<vais_page>?, _ watch: CallWatch
    ) throws(Failure) {
        var writer = try PageWriter(page)
        guard count > 0 else { return }
        guard let uses else { throw Failure(VAIS_INVALID, "the uses have no address") }
        let program = try program()
        // The room the rows need that did not fit.
        var missing: (cells: Int, bytes: Int)?
        try read(watch) { connection throws(Failure) in
            func readAll() throws(Failure) {
                for position in 0..<Int(count) {
                    do throws(Failure) {
                        try read(uses[position], program, connection, &writer, &missing)
                    } catch {
                        throw error.at(VAIS_AT_USE, position)
                    }
                }
            }
            // A single statement is a snapshot by itself.
            if count == 1 { try readAll() } else { try snapshot(connection, readAll) }
        }
        if let missing {
            let used = writer.used
            throw writer.refuse(cells: used.cells + missing.cells, bytes: used.bytes + missing.bytes)
        }
        writer.publish()
    }

    private func read(
        _ use: vais_use, _ program: Program, _ connection: Connection, _ writer: inout PageWriter,
        _ missing: inout (cells: Int, bytes: Int)?
    ) throws(Failure) {
        let shape = try program.shape(use.shape)
        guard shape.kind == VAIS_GET || shape.kind == VAIS_COUNT else {
            throw Failure(VAIS_INVALID, "shape " + String(use.shape) + " is not answered by get_many")
        }
        let statement = try connection.statement(Program.slot(ofShape: use.shape), shape.sql)
        try connection.bind(use.cells, count: use.cell_count, as: shape.parameters, to: statement)
        let code = sqlite3_step(statement)
        defer { sqlite3_reset(statement) }
        let fits: Bool
        switch code {
        case SQLITE_ROW: fits = missing == nil && writer.append(statement, shape.results)
        case SQLITE_DONE: fits = missing == nil && writer.appendAbsent(shape.results.count)
        default: throw connection.failure(code)
        }
        if !fits {
            let before = missing ?? (0, 0)
            let bytes = code == SQLITE_ROW ? PageWriter.size(statement, shape.results) : 0
            missing = (before.cells + shape.results.count, before.bytes + bytes)
        }
    }

    /// Answers one page of a SCAN shape; true when the page holds the last row of the range.
    func scan(
        _ use: UnsafePointer<vais_use>?, after: UnsafePointer<vais_cell>?, _ afterCount: UInt32, limit: UInt32,
        _ page: UnsafeMutablePointer<vais_page>?, _ watch: CallWatch
    ) throws(Failure) -> Bool {
        var writer = try PageWriter(page)
        guard let use else { throw Failure(VAIS_INVALID, "the use has no address") }
        let number = use.pointee.shape
        let shape = try program().shape(number)
        guard shape.kind == VAIS_SCAN, let behind = shape.sqlBehindPosition else {
            throw Failure(VAIS_INVALID, "shape " + String(number) + " is not a scan")
        }
        let isLast = try read(watch) { connection throws(Failure) in
            let statement: OpaquePointer
            if after != nil || afterCount > 0 {
                statement = try connection.statement(Program.slotBehindPosition(ofShape: number), behind)
                try connection.bind(
                    after, count: afterCount, as: shape.position, to: statement, after: shape.parameters.count)
            } else {
                statement = try connection.statement(Program.slot(ofShape: number), shape.sql)
            }
            try connection.bind(use.pointee.cells, count: use.pointee.cell_count, as: shape.parameters, to: statement)
            defer { sqlite3_reset(statement) }
            return try fill(&writer, from: statement, shape.results, limit: Int(limit), connection)
        }
        writer.publish()
        return isLast
    }

    /// Puts the statement's rows into the page until it ends (true) or there is no more room (false).
    func fill(
        _ writer: inout PageWriter, from statement: OpaquePointer, _ types: [UInt32], limit: Int,
        _ connection: Connection
    ) throws(Failure) -> Bool {
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return true }
            guard code == SQLITE_ROW else { throw connection.failure(code) }
            if writer.rowCount == limit { return false }
            if !writer.append(statement, types) {
                if writer.rowCount > 0 { return false }
                throw writer.refuse(cells: types.count, bytes: PageWriter.size(statement, types))
            }
        }
    }
}
