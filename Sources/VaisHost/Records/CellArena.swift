internal import CVaisPlugin

/// Cells for one plugin call, with the text and bytes they point to. Belongs to one thread and is used again for the next call; what an
/// unusually large call needed is given back at the next.
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

    private static let usualCells = 256
    private static let usualBytes = 16 << 10
    private static let usualUses = 64
    /// A buffer longer than this is not kept for calls that need less.
    private static let keptBytes = 1 << 20

    init() {
        cellCapacity = Self.usualCells
        byteCapacity = Self.usualBytes
        useCapacity = Self.usualUses
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
        Self.fit(&cells, &cellCapacity, needed.cells, usual: Self.usualCells)
        Self.fit(&bytes, &byteCapacity, needed.bytes, usual: Self.usualBytes)
        Self.fit(&self.uses, &useCapacity, needed.uses, usual: Self.usualUses)
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
        // Longer values were refused before (see `PluginStore.check`).
        cell.size = UInt32(clamping: source.count)
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

    private static func fit<T>(
        _ pointer: inout UnsafeMutablePointer<T>, _ capacity: inout Int, _ needed: Int, usual: Int
    ) {
        let isWasteful = capacity * MemoryLayout<T>.stride > keptBytes && needed < capacity / 4
        guard needed > capacity || isWasteful else { return }
        pointer.deallocate()
        capacity = max(needed, usual, isWasteful ? 0 : capacity * 2)
        pointer = .allocate(capacity: capacity)
    }
}
