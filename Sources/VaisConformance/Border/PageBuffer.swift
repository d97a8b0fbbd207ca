internal import CVaisPlugin

/// A page for the plugin to write to, with a strip behind each buffer that it must leave alone.
struct PageBuffer: ~Copyable {
    var page: vais_page
    private let cells: UnsafeMutablePointer<vais_cell>
    private let bytes: UnsafeMutablePointer<UInt8>
    private static let strip = 64
    private static let mark: UInt8 = 0xA5

    init(cells cellCapacity: Int, bytes byteCapacity: Int) {
        cells = .allocate(capacity: cellCapacity + Self.strip)
        bytes = .allocate(capacity: byteCapacity + Self.strip)
        UnsafeMutableRawPointer(cells + cellCapacity).initializeMemory(
            as: UInt8.self, repeating: Self.mark, count: Self.strip * MemoryLayout<vais_cell>.stride)
        (bytes + byteCapacity).initialize(repeating: Self.mark, count: Self.strip)
        page = vais_page()
        page.struct_size = size(of: vais_page.self)
        page.cells = cells
        page.cell_capacity = UInt64(cellCapacity)
        page.bytes = bytes
        page.byte_capacity = UInt64(byteCapacity)
    }

    deinit {
        cells.deallocate()
        bytes.deallocate()
    }

    /// What is wrong with the page whatever it holds, nil when nothing is.
    var fault: String? {
        guard page.cell_count <= page.cell_capacity, page.byte_count <= page.byte_capacity else {
            return "the page counts more than its capacity"
        }
        let behindCells = UnsafeRawBufferPointer(
            start: cells + Int(page.cell_capacity), count: Self.strip * MemoryLayout<vais_cell>.stride)
        let behindBytes = UnsafeRawBufferPointer(start: bytes + Int(page.byte_capacity), count: Self.strip)
        if behindCells.contains(where: { $0 != Self.mark }) { return "cells were written behind the end of the buffer" }
        if behindBytes.contains(where: { $0 != Self.mark }) { return "bytes were written behind the end of the buffer" }
        return nil
    }

    /// The rows, the first as wide as `widths` says first, and so on; the last width holds for all further rows.
    func rows(widths: [Int]) -> [[Datum]] {
        var rows: [[Datum]] = []
        var position = 0
        for number in 0..<Int(page.row_count) {
            let width = widths[min(number, widths.count - 1)]
            guard position + width <= Int(page.cell_count) else {
                rows.append([.malformed("row \(number) has too few cells")])
                break
            }
            rows.append((position..<position + width).map { datum(cells[$0]) })
            position += width
        }
        if position < Int(page.cell_count) { rows.append([.malformed("the page has more cells than its rows")]) }
        return rows
    }

    private func datum(_ cell: vais_cell) -> Datum {
        switch cell.type {
        case VAIS_NULL: .null
        case VAIS_BOOL where cell.value.i64 == 0 || cell.value.i64 == 1: .bool(cell.value.i64 == 1)
        case VAIS_I64: .integer(cell.value.i64)
        case VAIS_F64: .double(cell.value.f64)
        case VAIS_TIME: .time(cell.value.i64)
        case VAIS_TEXT: span(cell).map { .text($0) } ?? .malformed("text outside of the page")
        case VAIS_BYTES: span(cell).map { .bytes($0) } ?? .malformed("bytes outside of the page")
        case VAIS_ABSENT: .absent
        default: .malformed("cell of type \(cell.type)")
        }
    }

    private func span(_ cell: vais_cell) -> [UInt8]? {
        guard cell.size > 0 else { return [] }
        guard let data = cell.value.data else { return nil }
        let offset = data - UnsafePointer(bytes)
        guard offset >= 0, offset + Int(cell.size) <= Int(page.byte_count) else { return nil }
        return Array(UnsafeBufferPointer(start: data, count: Int(cell.size)))
    }
}
