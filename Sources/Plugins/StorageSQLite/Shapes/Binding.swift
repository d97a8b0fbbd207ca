import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// The longest text or bytes value.
let maximumValueBytes: UInt32 = 16 << 20

extension Connection {
    /// Binds the cells of a use, borrowed until the statement is reset, after checking that each is of its column's
    /// type.
    func bind(
        _ cells: UnsafePointer<vais_cell>?, count: UInt32, as columns: [Column], to statement: OpaquePointer,
        after offset: Int = 0
    ) throws(Failure) {
        guard Int(count) == columns.count else {
            throw Failure(
                VAIS_INVALID, "the shape takes " + String(columns.count) + " cells, not " + String(count))
        }
        guard count > 0 else { return }
        guard let cells else { throw Failure(VAIS_INVALID, "the cells have no address") }
        for position in 0..<columns.count {
            let code = try bind(cells[position], as: columns[position], to: statement, Int32(offset + position + 1))
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    private func bind(
        _ cell: vais_cell, as column: Column, to statement: OpaquePointer, _ parameter: Int32
    ) throws(Failure) -> Int32 {
        guard cell.type == column.type else {
            guard cell.type == VAIS_NULL, column.isNullable else {
                throw Failure(
                    VAIS_INVALID, "the cell for column `" + column.name + "` is null or of another type")
            }
            return sqlite3_bind_null(statement, parameter)
        }
        switch cell.type {
        case VAIS_TEXT, VAIS_BYTES:
            let size = cell.size
            guard size <= maximumValueBytes else {
                throw Failure(VAIS_LIMIT, "the value of column `" + column.name + "` is longer than 16 MiB")
            }
            guard size > 0 else {
                // Neither API takes an absent address for an empty value: that would be a null.
                return cell.type == VAIS_TEXT
                    ? sqlite3_bind_text(statement, parameter, "", 0, nil)
                    : sqlite3_bind_zeroblob(statement, parameter, 0)
            }
            guard let data = cell.value.data else {
                throw Failure(VAIS_INVALID, "the cell for column `" + column.name + "` has no address")
            }
            if cell.type == VAIS_BYTES { return sqlite3_bind_blob(statement, parameter, data, Int32(size), nil) }
            guard isText(UnsafeBufferPointer(start: data, count: Int(size))) else {
                throw Failure(VAIS_INVALID, "the text for column `" + column.name + "` is not UTF-8 without NUL")
            }
            return data.withMemoryRebound(to: CChar.self, capacity: Int(size)) {
                sqlite3_bind_text(statement, parameter, $0, Int32(size), nil)
            }
        case VAIS_F64:
            // SQLite would store NaN as a null.
            guard !cell.value.f64.isNaN else {
                throw Failure(VAIS_INVALID, "the cell for column `" + column.name + "` is not a number")
            }
            return sqlite3_bind_double(statement, parameter, cell.value.f64)
        case VAIS_BOOL:
            guard cell.value.i64 == 0 || cell.value.i64 == 1 else {
                throw Failure(VAIS_INVALID, "the cell for column `" + column.name + "` is neither true nor false")
            }
            return sqlite3_bind_int64(statement, parameter, cell.value.i64)
        default:
            return sqlite3_bind_int64(statement, parameter, cell.value.i64)
        }
    }
}
