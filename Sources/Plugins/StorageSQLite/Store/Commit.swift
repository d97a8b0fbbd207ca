import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The most guards and operations a batch may have.
let maximumBatchUses: UInt32 = 65_536

extension Session {
    /// Commits one batch: durable when this returns, nothing changed when it throws.
    func commit(_ batch: vais_batch, _ watch: CallWatch) throws(Failure) {
        let program = try program()
        try store.writer.transaction(watch) { connection throws(Failure) in
            let run = BatchRun(connection: connection, program: program, batch: batch)
            try run.check()
            try run.apply()
            return batch.op_count > 0
        }
    }

    /// Commits independent batches in order with one durable write. A batch that fails by its own fault leaves the
    /// others alone; a fault of the backend or the end of the call's time undoes them all.
    func commitMany(
        _ batches: [vais_batch], _ outcomes: UnsafeMutablePointer<vais_outcome>, _ watch: CallWatch
    ) throws(Failure) {
        let program = try program()
        try store.writer.transaction(watch) { connection throws(Failure) in
            var isChanged = false
            for (position, batch) in batches.enumerated() {
                let run = BatchRun(connection: connection, program: program, batch: batch)
                do throws(Failure) {
                    try run.check()
                    // A single statement is undone by itself.
                    if batch.op_count > 1 {
                        try run.applyInSavepoint()
                    } else {
                        try run.apply()
                    }
                    isChanged = isChanged || batch.op_count > 0
                    outcomes[position] = vais_outcome(
                        status: VAIS_OK, place: VAIS_AT_NOTHING, position: 0, reserved: 0)
                } catch {
                    guard error.isOfOneBatch else { throw error }
                    outcomes[position] = vais_outcome(
                        status: error.status, place: error.place, position: error.position, reserved: 0)
                }
            }
            return isChanged
        }
    }
}

extension Failure {
    /// The same failure, as one of the whole transaction. Faults of the call and of the backend, such as a deadline or
    /// a full disk, are so already; a batch's own fault would let the others go on without what came before them.
    fileprivate var ofAll: Failure {
        isOfOneBatch ? Failure(VAIS_INTERNAL, message, vendorCode: vendorCode) : self
    }

    /// Whether the batch itself is to blame, so that others in the same transaction may go on.
    fileprivate var isOfOneBatch: Bool {
        switch status {
        case VAIS_GUARD_FAILED, VAIS_EXISTS, VAIS_NOT_FOUND, VAIS_INVALID, VAIS_LIMIT, VAIS_UNSUPPORTED: return true
        default: return false
        }
    }
}

/// One batch on its way into the transaction under way.
private struct BatchRun {
    let connection: Connection
    let program: Program
    let batch: vais_batch

    /// Checks the batch's guards, which change nothing.
    func check() throws(Failure) {
        guard batch.flags == 0 else { throw Failure(VAIS_UNSUPPORTED, "the batch has flags unknown here") }
        let (count, overflows) = batch.guard_count.addingReportingOverflow(batch.op_count)
        guard !overflows, count <= maximumBatchUses else {
            throw Failure(VAIS_LIMIT, "a batch has at most " + String(maximumBatchUses) + " guards and operations")
        }
        guard batch.guards != nil || batch.guard_count == 0, batch.ops != nil || batch.op_count == 0 else {
            throw Failure(VAIS_INVALID, "the batch's guards or operations have no address")
        }
        guard let guards = batch.guards else { return }
        for position in 0..<Int(batch.guard_count) {
            do throws(Failure) {
                guard try holds(guards[position]) else {
                    throw Failure(VAIS_GUARD_FAILED, "guard " + String(position) + " does not hold")
                }
            } catch {
                throw error.at(VAIS_AT_GUARD, position)
            }
        }
    }

    /// Applies the operations in order. What those before a failing one changed is left to the caller to undo.
    func apply() throws(Failure) {
        guard let operations = batch.ops else { return }
        for position in 0..<Int(batch.op_count) {
            do throws(Failure) { try apply(operations[position]) } catch { throw error.at(VAIS_AT_OP, position) }
        }
    }

    func applyInSavepoint() throws(Failure) {
        try connection.run(.savepoint)
        do throws(Failure) {
            try apply()
        } catch {
            // When SQLite has rolled back the whole transaction already, there is no savepoint to return to.
            guard sqlite3_get_autocommit(connection.handle) == 0 else { throw error.ofAll }
            try connection.run(.rollbackToSavepoint)
            try connection.run(.release)
            throw error
        }
        try connection.run(.release)
    }

    private func holds(_ use: vais_use) throws(Failure) -> Bool {
        let shape = try program.shape(use.shape)
        guard shape.kind >= VAIS_REQUIRE_ABSENT else {
            throw Failure(VAIS_INVALID, "shape " + String(use.shape) + " is not a guard")
        }
        let statement = try connection.statement(Program.slot(ofShape: use.shape), shape.sql)
        try connection.bind(use.cells, count: use.cell_count, as: shape.parameters, to: statement)
        let code = sqlite3_step(statement)
        defer { sqlite3_reset(statement) }
        guard code == SQLITE_ROW || code == SQLITE_DONE else { throw connection.failure(code) }
        let wantsNone = shape.kind == VAIS_REQUIRE_ABSENT || shape.kind == VAIS_REQUIRE_EMPTY
        return (code == SQLITE_ROW) != wantsNone
    }

    private func apply(_ use: vais_use) throws(Failure) {
        let shape = try program.shape(use.shape)
        guard shape.kind >= VAIS_INSERT, shape.kind < VAIS_REQUIRE_ABSENT else {
            throw Failure(VAIS_INVALID, "shape " + String(use.shape) + " is not an operation")
        }
        let statement = try connection.statement(Program.slot(ofShape: use.shape), shape.sql)
        try connection.bind(use.cells, count: use.cell_count, as: shape.parameters, to: statement)
        if shape.stampParameter > 0 {
            let code = sqlite3_bind_int64(statement, shape.stampParameter, batch.stamp)
            guard code == SQLITE_OK else { throw connection.failure(code) }
        }
        do throws(Failure) {
            try connection.run(statement)
        } catch {
            if shape.kind == VAIS_ADD, error.vendorCode == constraintDatatype {
                throw Failure(VAIS_INVALID, "the sum does not fit into 64 bits", vendorCode: error.vendorCode)
            }
            throw error
        }
        switch shape.kind {
        case VAIS_UPDATE, VAIS_ADD:
            guard sqlite3_changes(connection.handle) > 0 else {
                throw Failure(VAIS_NOT_FOUND, "there is no record with this key")
            }
        case VAIS_UPSERT:
            guard sqlite3_changes(connection.handle) > 0 else {
                throw Failure(VAIS_INVALID, "a new record needs the columns that the shape leaves out")
            }
        default: break
        }
    }
}
