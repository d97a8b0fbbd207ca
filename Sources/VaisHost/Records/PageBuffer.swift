internal import CVaisPlugin

/// The memory a plugin writes rows to. Belongs to one thread; grows when a plugin says that it needs more.
struct PageBuffer: ~Copyable {
    private var cells: UnsafeMutablePointer<vais_cell>
    private var cellCapacity: Int
    private var bytes: UnsafeMutablePointer<UInt8>
    private var byteCapacity: Int

    /// No answer may make us allocate more than this; a record is far smaller.
    private static let limit = 256 << 20

    init() {
        cellCapacity = 4096
        byteCapacity = 256 << 10
        cells = .allocate(capacity: cellCapacity)
        bytes = .allocate(capacity: byteCapacity)
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
    }

    /// Calls the plugin with an empty page, again with a larger one when it asks for that, and hands the page to `read`.
    mutating func fill<T>(
        _ call: (UnsafeMutablePointer<vais_page>) throws(StorageError) -> vais_status,
        read: (vais_status, borrowing PageReader) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        while true {
            var page = vais_page()
            page.struct_size = UInt32(MemoryLayout<vais_page>.size)
            page.cells = cells
            page.cell_capacity = UInt64(cellCapacity)
            page.bytes = bytes
            page.byte_capacity = UInt64(byteCapacity)
            let status = try withUnsafeMutablePointer(to: &page) { page throws(StorageError) in try call(page) }
            if status == VAIS_LIMIT {
                if grow(cells: page.cells_needed, bytes: page.bytes_needed) { continue }
                throw StorageError(.limit, "the storage plugin asks for a larger buffer than any record needs")
            }
            guard page.cell_count <= UInt64(cellCapacity), page.byte_count <= UInt64(byteCapacity) else {
                throw StorageError(.failed, "the storage plugin reported more data than fits its buffer")
            }
            return try read(
                status,
                PageReader(
                    cells: UnsafeBufferPointer(start: cells, count: Int(page.cell_count)),
                    bytes: UnsafeBufferPointer(start: bytes, count: Int(page.byte_count)), rowCount: Int(page.row_count)
                ))
        }
    }

    /// False when the plugin asks for no more than it had, or for more than is sane.
    private mutating func grow(cells wantedCells: UInt64, bytes wantedBytes: UInt64) -> Bool {
        let size = UInt64(MemoryLayout<vais_cell>.stride)
        guard wantedCells <= UInt64(Self.limit) / size, wantedBytes <= UInt64(Self.limit) else { return false }
        guard wantedCells > UInt64(cellCapacity) || wantedBytes > UInt64(byteCapacity) else { return false }
        if wantedCells > UInt64(cellCapacity) {
            cells.deallocate()
            cellCapacity = Int(wantedCells) * 2
            cells = .allocate(capacity: cellCapacity)
        }
        if wantedBytes > UInt64(byteCapacity) {
            bytes.deallocate()
            byteCapacity = Int(wantedBytes) * 2
            bytes = .allocate(capacity: byteCapacity)
        }
        return true
    }
}

/// Reads values out of a filled page, trusting nothing the plugin wrote.
struct PageReader: ~Copyable {
    let cells: UnsafeBufferPointer<vais_cell>
    let bytes: UnsafeBufferPointer<UInt8>
    let rowCount: Int

    /// The next `count` cells from `start` as values; nil when they say that the record does not exist.
    func values(from start: Int, count: Int) throws(StorageError) -> [Value]? {
        guard start >= 0, count >= 0, start + count <= cells.count else {
            throw StorageError(.failed, "the storage plugin answered fewer cells than its row has")
        }
        if count > 0, cells[start].type == VAIS_ABSENT { return nil }
        var values: [Value] = []
        values.reserveCapacity(count)
        for position in start..<start + count { values.append(try value(cells[position])) }
        return values
    }

    private func value(_ cell: vais_cell) throws(StorageError) -> Value {
        switch cell.type {
        case VAIS_NULL: return .null
        case VAIS_BOOL: return .bool(cell.value.i64 != 0)
        case VAIS_I64: return .integer(cell.value.i64)
        case VAIS_F64: return .double(cell.value.f64)
        case VAIS_TIME: return .time(cell.value.i64)
        case VAIS_TEXT: return .text(String(decoding: try span(cell), as: UTF8.self))
        case VAIS_BYTES: return .bytes([UInt8](try span(cell)))
        default: throw StorageError(.failed, "the storage plugin answered a cell of unknown type \(cell.type)")
        }
    }

    private func span(_ cell: vais_cell) throws(StorageError) -> UnsafeBufferPointer<UInt8> {
        guard cell.size > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        guard let data = cell.value.data, let base = bytes.baseAddress else {
            throw StorageError(.failed, "the storage plugin answered text without bytes")
        }
        let offset = data - base
        guard offset >= 0, offset <= bytes.count, Int(cell.size) <= bytes.count - offset else {
            throw StorageError(.failed, "the storage plugin answered text outside of its page")
        }
        return UnsafeBufferPointer(start: data, count: Int(cell.size))
    }
}
