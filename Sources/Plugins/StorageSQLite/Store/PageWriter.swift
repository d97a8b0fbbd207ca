import CPluginSupport
import CStorageSQLite
import CVaisPlugin

/// Puts rows into the caller's page, straight from SQLite's memory.
struct PageWriter {
    private let page: UnsafeMutablePointer<vais_page>
    private(set) var rowCount = 0
    private var cellCount = 0
    private var byteCount = 0
    private let cellCapacity: Int
    private let byteCapacity: Int

    init(_ page: UnsafeMutablePointer<vais_page>?) throws(Failure) {
        guard let page, page.pointee.struct_size >= VAIS_PAGE_SIZE_1_0 else {
            throw Failure(VAIS_INVALID, "there is no page for the answer")
        }
        self.page = page
        cellCapacity = page.pointee.cells == nil ? 0 : Int(clamping: page.pointee.cell_capacity)
        byteCapacity = page.pointee.bytes == nil ? 0 : Int(clamping: page.pointee.byte_capacity)
        page.pointee.cells_needed = 0
        page.pointee.bytes_needed = 0
        publish()
    }

    /// Appends the row the statement stands on, or answers false and leaves the page as it was when the row does not
    /// fit.
    mutating func append(_ statement: OpaquePointer, _ types: [UInt32]) -> Bool {
        guard types.count <= cellCapacity - cellCount else { return false }
        guard let cells = page.pointee.cells else { return endRow(types.count, byteCount) }
        var end = byteCount
        for position in 0..<types.count {
            let column = Int32(position)
            let cell = cells + (cellCount + position)
            if sqlite3_column_type(statement, column) == SQLITE_NULL {
                cell.pointee = vais_cell(type: VAIS_NULL, size: 0, value: .init(i64: 0))
                continue
            }
            switch types[position] {
            case VAIS_TEXT, VAIS_BYTES:
                let source = sqlite3_column_blob(statement, column)
                let size = Int(sqlite3_column_bytes(statement, column))
                guard size <= byteCapacity - end else { return false }
                let target = page.pointee.bytes.map { $0 + end }
                if let source, let target { memcpy(target, source, size) }
                cell.pointee = vais_cell(
                    type: types[position], size: UInt32(size), value: .init(data: UnsafePointer(target)))
                end += size
            case VAIS_F64:
                cell.pointee = vais_cell(
                    type: VAIS_F64, size: 0, value: .init(f64: sqlite3_column_double(statement, column)))
            default:
                cell.pointee = vais_cell(
                    type: types[position], size: 0, value: .init(i64: sqlite3_column_int64(statement, column)))
            }
        }
        return endRow(types.count, end)
    }

    /// Appends the mark of a record that does not exist.
    mutating func appendAbsent(_ count: Int) -> Bool {
        guard count <= cellCapacity - cellCount else { return false }
        if let cells = page.pointee.cells {
            for position in 0..<count {
                cells[cellCount + position] = vais_cell(type: VAIS_ABSENT, size: 0, value: .init(i64: 0))
            }
        }
        return endRow(count, byteCount)
    }

    private mutating func endRow(_ cells: Int, _ end: Int) -> Bool {
        cellCount += cells
        byteCount = end
        rowCount += 1
        return true
    }

    /// The bytes of text and bytes values in the row the statement stands on.
    static func size(_ statement: OpaquePointer, _ types: [UInt32]) -> Int {
        var size = 0
        for position in 0..<types.count where types[position] == VAIS_TEXT || types[position] == VAIS_BYTES {
            size += Int(sqlite3_column_bytes(statement, Int32(position)))
        }
        return size
    }

    /// Tells the caller what is in the page.
    func publish() {
        page.pointee.row_count = UInt32(rowCount)
        page.pointee.cell_count = UInt64(cellCount)
        page.pointee.byte_count = UInt64(byteCount)
    }

    /// Empties the page and tells what would have been needed.
    mutating func refuse(cells: Int, bytes: Int) -> Failure {
        rowCount = 0
        cellCount = 0
        byteCount = 0
        page.pointee.cells_needed = UInt64(cells)
        page.pointee.bytes_needed = UInt64(bytes)
        publish()
        return Failure(VAIS_LIMIT, "the answer does not fit into the page")
    }

    var used: (cells: Int, bytes: Int) { (cellCount, byteCount) }
}
