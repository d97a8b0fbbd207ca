import CVais

/// Rows on their way to the host, into the buffers it supplies.
struct Page {
    private let page: UnsafeMutablePointer<vais_page>

    init?(_ page: UnsafeMutablePointer<vais_page>?) {
        guard let page, page.pointee.struct_size >= VAIS_PAGE_SIZE_1_0 else { return nil }
        self.page = page
        clear()
    }

    var rowCount: Int { Int(page.pointee.row_count) }

    func clear() {
        page.pointee.row_count = 0
        page.pointee.cell_count = 0
        page.pointee.byte_count = 0
        page.pointee.cells_needed = 0
        page.pointee.bytes_needed = 0
    }

    /// Appends the row if there is room for all of it.
    func append(_ row: Row) -> Bool {
        guard row.cellCount <= page.pointee.cell_capacity - page.pointee.cell_count,
            row.byteCount <= page.pointee.byte_capacity - page.pointee.byte_count
        else { return false }
        for position in 0..<Int(row.cellCount) {
            if let values = row.values {
                append(values[position])
            } else {
                append(vais_cell(type: VAIS_ABSENT, size: 0, value: .init(i64: 0)))
            }
        }
        page.pointee.row_count += 1
        return true
    }

    private func append(_ value: Value) {
        switch value {
        case .null: append(vais_cell(type: VAIS_NULL, size: 0, value: .init(i64: 0)))
        case .integer(let type, let number): append(vais_cell(type: type, size: 0, value: .init(i64: number)))
        case .double(let number): append(vais_cell(type: VAIS_F64, size: 0, value: .init(f64: number)))
        case .bytes(let type, let bytes):
            let copy = page.pointee.bytes.map { $0 + Int(page.pointee.byte_count) }
            if let copy, !bytes.isEmpty { memcpy(copy, bytes, bytes.count) }
            page.pointee.byte_count += UInt64(bytes.count)
            append(vais_cell(type: type, size: UInt32(bytes.count), value: .init(data: UnsafePointer(copy))))
        }
    }

    private func append(_ cell: vais_cell) {
        page.pointee.cells[Int(page.pointee.cell_count)] = cell
        page.pointee.cell_count += 1
    }

    /// Empties the page and says what it would need.
    func tooSmall(cells: UInt64, bytes: UInt64) -> Failure {
        clear()
        page.pointee.cells_needed = cells
        page.pointee.bytes_needed = bytes
        return Failure(VAIS_LIMIT, "the page is too small")
    }
}

/// The values of a row; nil for a record that does not exist.
struct Row {
    let values: [Value]?
    let cellCount: UInt64
    let byteCount: UInt64

    init(_ values: [Value]) {
        self.values = values
        cellCount = UInt64(values.count)
        byteCount = values.reduce(0) { $0 + UInt64($1.byteCount) }
    }

    init(absentOf shape: Shape) {
        values = nil
        cellCount = UInt64(shape.slots.count)
        byteCount = 0
    }

    init(_ record: Record, _ shape: Shape) { self.init(shape.slots.map { record.value($0) }) }
}
