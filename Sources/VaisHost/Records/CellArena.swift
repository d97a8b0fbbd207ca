internal import CVaisPlugin

/// Cells for one plugin call, with the text and bytes they point to. Belongs to one thread and is used again for the next call.
struct CellArena: ~Copyable {
    private var cells: UnsafeMutablePointer<vais_cell>
    private var cellCapacity: Int
    private var cellCount = 0
    private var bytes: UnsafeMutablePointer<UInt8>
    private var byteCapacity: Int
    private var byteCount = 0
    private var uses: UnsafeMutablePointer<vais_use>
    private var useCapacity: Int
    private var useCount = 0

    init() {
        cellCapacity = 256
        byteCapacity = 16 << 10
        useCapacity = 64
        cells = .allocate(capacity: cellCapacity)
        bytes = .allocate(capacity: byteCapacity)
        uses = .allocate(capacity: useCapacity)
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
        uses.deallocate()
    }

    /// Forgets everything and makes room for what `uses` and `extra` hold, so that no pointer handed out moves afterwards.
    mutating func reset(for uses: [[Use]], extra: [Value] = []) {
        var needed = (uses: 0, cells: extra.count, bytes: extra.reduce(0) { $0 + Self.size($1) })
        for group in uses {
            needed.uses += group.count
            for use in group {
                needed.cells += use.cells.count
                for cell in use.cells { needed.bytes += Self.size(cell) }
            }
        }
        Self.ensure(&cells, &cellCapacity, needed.cells)
        Self.ensure(&bytes, &byteCapacity, needed.bytes)
        Self.ensure(&self.uses, &useCapacity, needed.uses)
        cellCount = 0
        byteCount = 0
        useCount = 0
    }

    /// The uses in the plugin's form, valid until the next `reset`.
    mutating func add(_ group: [Use]) -> UnsafePointer<vais_use> {
        let start = uses + useCount
        for use in group {
            let first = add(use.cells)
            (uses + useCount).initialize(
                to: vais_use(shape: UInt32(use.shape), cell_count: UInt32(use.cells.count), cells: first))
            useCount += 1
        }
        return UnsafePointer(start)
    }

    /// The values as cells, valid until the next `reset`.
    mutating func add(_ values: [Value]) -> UnsafePointer<vais_cell> {
        let start = cells + cellCount
        for value in values {
            (cells + cellCount).initialize(to: cell(value))
            cellCount += 1
        }
        return UnsafePointer(start)
    }

    private mutating func cell(_ value: Value) -> vais_cell {
        var cell = vais_cell()
        switch value {
        case .null: cell.type = VAIS_NULL
        case .bool(let flag):
            cell.type = VAIS_BOOL
            cell.value.i64 = flag ? 1 : 0
        case .integer(let number):
            cell.type = VAIS_I64
            cell.value.i64 = number
        case .double(let number):
            cell.type = VAIS_F64
            cell.value.f64 = number
        case .time(let microseconds):
            cell.type = VAIS_TIME
            cell.value.i64 = microseconds
        case .text(var text):
            cell.type = VAIS_TEXT
            text.withUTF8 { copy($0, into: &cell) }
        case .bytes(let array):
            cell.type = VAIS_BYTES
            array.withUnsafeBufferPointer { copy($0, into: &cell) }
        }
        return cell
    }

    private mutating func copy(_ source: UnsafeBufferPointer<UInt8>, into cell: inout vais_cell) {
        let target = bytes + byteCount
        if let base = source.baseAddress { target.initialize(from: base, count: source.count) }
        cell.size = UInt32(source.count)
        cell.value.data = UnsafePointer(target)
        byteCount += source.count
    }

    private static func size(_ value: Value) -> Int {
        switch value {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        default: 0
        }
    }

    private static func ensure<T>(_ pointer: inout UnsafeMutablePointer<T>, _ capacity: inout Int, _ needed: Int) {
        guard needed > capacity else { return }
        pointer.deallocate()
        capacity = max(needed, capacity * 2)
        pointer = .allocate(capacity: capacity)
    }
}
