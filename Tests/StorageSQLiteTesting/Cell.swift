package import CVaisPlugin

/// One value as the tests write it.
package enum Cell: Hashable {
    case null, absent
    case bool(Bool)
    case i64(Int64)
    case f64(Double)
    case text(String)
    case bytes([UInt8])
    case time(Int64)

    package init(_ cell: vais_cell) {
        func bytes() -> UnsafeBufferPointer<UInt8> {
            UnsafeBufferPointer(start: cell.value.data, count: Int(cell.size))
        }
        switch cell.type {
        case VAIS_BOOL: self = .bool(cell.value.i64 != 0)
        case VAIS_I64: self = .i64(cell.value.i64)
        case VAIS_F64: self = .f64(cell.value.f64)
        case VAIS_TEXT: self = .text(String(decoding: bytes(), as: UTF8.self))
        case VAIS_BYTES: self = .bytes(Array(bytes()))
        case VAIS_TIME: self = .time(cell.value.i64)
        case VAIS_ABSENT: self = .absent
        default: self = .null
        }
    }
}

/// Memory for what is lent to the plugin during one call.
package final class Arena {
    private var blocks: [UnsafeMutableRawPointer] = []

    package init() {}

    deinit { for block in blocks { block.deallocate() } }

    package func array<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(1, elements.count))
        copy.initialize(from: elements, count: elements.count)
        blocks.append(UnsafeMutableRawPointer(copy))
        return copy
    }

    package func span(_ text: String) -> vais_span {
        let bytes = Array(text.utf8)
        return vais_span(data: array(bytes), size: UInt64(bytes.count))
    }

    package func cells(_ cells: [Cell]) -> UnsafeMutablePointer<vais_cell> {
        array(cells.map(cell))
    }

    package func uses(_ uses: [Use]) -> UnsafeMutablePointer<vais_use> {
        array(uses.map { vais_use(shape: $0.shape, cell_count: UInt32($0.cells.count), cells: cells($0.cells)) })
    }

    private func cell(_ cell: Cell) -> vais_cell {
        func sized(_ type: UInt32, _ bytes: [UInt8]) -> vais_cell {
            vais_cell(type: type, size: UInt32(bytes.count), value: .init(data: array(bytes)))
        }
        switch cell {
        case .null: return vais_cell(type: VAIS_NULL, size: 0, value: .init(i64: 0))
        case .absent: return vais_cell(type: VAIS_ABSENT, size: 0, value: .init(i64: 0))
        case .bool(let value): return vais_cell(type: VAIS_BOOL, size: 0, value: .init(i64: value ? 1 : 0))
        case .i64(let value): return vais_cell(type: VAIS_I64, size: 0, value: .init(i64: value))
        case .f64(let value): return vais_cell(type: VAIS_F64, size: 0, value: .init(f64: value))
        case .text(let value): return sized(VAIS_TEXT, Array(value.utf8))
        case .bytes(let value): return sized(VAIS_BYTES, value)
        case .time(let value): return vais_cell(type: VAIS_TIME, size: 0, value: .init(i64: value))
        }
    }
}

/// A use of a shape by its number.
package struct Use {
    package var shape: UInt32
    package var cells: [Cell]

    package init(_ shape: UInt32, _ cells: Cell...) {
        self.shape = shape
        self.cells = cells
    }
}
