internal import CVaisPlugin

/// The memory a plugin writes rows to. Belongs to one thread; grows when a plugin says that it needs more, and shrinks again after
/// an unusually large answer.
struct PageBuffer: ~Copyable {
    private var cells: UnsafeMutablePointer<vais_cell>
    private var cellCapacity = Self.usualCells
    private var bytes: UnsafeMutablePointer<UInt8>
    private var byteCapacity = Self.usualBytes

    private static let usualCells = 4096
    private static let usualBytes = 256 << 10
    /// A buffer longer than this is given back after the call that needed it.
    private static let keptBytes = 4 << 20
    /// No answer may make us allocate more than this; a record is far smaller.
    private static let mostBytes = 256 << 20
    /// How often one call may ask for more: records may grow while they are read, but not for ever.
    private static let mostRounds = 8

    init() {
        cells = .allocate(capacity: cellCapacity)
        bytes = .allocate(capacity: byteCapacity)
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
    }

    /// Calls the plugin with an empty page, again with a larger one when it asks for that, and hands the page to `read`.
    /// `limit` is what the plugin said when it answers VAIS_LIMIT without needing a larger page.
    mutating func fill<T>(
        _ call: (UnsafeMutablePointer<vais_page>) throws(StorageError) -> vais_status,
        limit: () -> StorageError,
        read: (vais_status, borrowing PageReader) throws(StorageError) -> T
    ) throws(StorageError) -> T {
        for _ in 0..<Self.mostRounds {
            var page = vais_page()
            page.struct_size = size(vais_page.self)
            page.cells = cells
            page.cell_capacity = UInt64(cellCapacity)
            page.bytes = bytes
            page.byte_capacity = UInt64(byteCapacity)
            let status = try withUnsafeMutablePointer(to: &page) { page throws(StorageError) in try call(page) }
            if status == VAIS_LIMIT {
                guard page.cells_needed > UInt64(cellCapacity) || page.bytes_needed > UInt64(byteCapacity) else {
                    throw limit()
                }
                try grow(cells: page.cells_needed, bytes: page.bytes_needed)
                continue
            }
            guard page.cell_count <= UInt64(cellCapacity), page.byte_count <= UInt64(byteCapacity) else {
                throw StorageError(.failed, "the storage plugin reported more data than fits its buffer")
            }
            defer { shrink() }
            return try read(
                status,
                PageReader(
                    cells: UnsafeBufferPointer(start: cells, count: Int(page.cell_count)),
                    bytes: UnsafeBufferPointer(start: bytes, count: Int(page.byte_count)), rowCount: Int(page.row_count)
                ))
        }
        throw StorageError(.failed, "the storage plugin asks for a larger buffer again and again")
    }

    private mutating func grow(cells wantedCells: UInt64, bytes wantedBytes: UInt64) throws(StorageError) {
        let mostCells = Self.mostBytes / MemoryLayout<vais_cell>.stride
        guard wantedCells <= UInt64(mostCells), wantedBytes <= UInt64(Self.mostBytes) else {
            throw StorageError(.limit, "the storage plugin asks for a larger buffer than any record needs")
        }
        // Half as much again, so that records which grow meanwhile fit too.
        if wantedCells > UInt64(cellCapacity) { resizeCells(Int(wantedCells) + Int(wantedCells) / 2) }
        if wantedBytes > UInt64(byteCapacity) { resizeBytes(Int(wantedBytes) + Int(wantedBytes) / 2) }
    }

    private mutating func shrink() {
        if cellCapacity * MemoryLayout<vais_cell>.stride > Self.keptBytes { resizeCells(Self.usualCells) }
        if byteCapacity > Self.keptBytes { resizeBytes(Self.usualBytes) }
    }

    private mutating func resizeCells(_ capacity: Int) {
        cells.deallocate()
        cells = .allocate(capacity: capacity)
        cellCapacity = capacity
    }

    private mutating func resizeBytes(_ capacity: Int) {
        bytes.deallocate()
        bytes = .allocate(capacity: capacity)
        byteCapacity = capacity
    }
}
