internal import CVaisPlugin
internal import Glibc

/// Reads values out of a filled page, trusting nothing the plugin wrote.
struct PageReader: ~Copyable {
    let cells: UnsafeBufferPointer<vais_cell>
    let bytes: UnsafeBufferPointer<UInt8>
    let rowCount: Int

    /// Throws unless the page holds exactly `rows` rows of `cells` cells together.
    func require(rows: Int, cells count: Int) throws(StorageError) {
        guard rowCount == rows, cells.count == count else {
            throw StorageError(
                .failed,
                "the storage plugin answered \(rowCount) rows of \(cells.count) values where \(rows) of \(count) were due"
            )
        }
    }

    /// Throws unless the page holds at most `limit` rows of `width` cells each, and nothing else.
    func require(atMost limit: Int, width: Int) throws(StorageError) {
        let (count, overflows) = rowCount.multipliedReportingOverflow(by: width)
        guard rowCount <= limit, !overflows, cells.count == count else {
            throw StorageError(
                .failed,
                "the storage plugin answered \(rowCount) rows of \(cells.count) values where at most \(limit) rows of \(width) were due"
            )
        }
    }

    /// The next `count` cells from `start` as values; nil when they say that the record does not exist.
    func values(from start: Int, count: Int) throws(StorageError) -> [Value]? {
        guard start >= 0, count >= 0, start <= cells.count, count <= cells.count - start else {
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
        case VAIS_TEXT: return .text(try text(try span(cell)))
        case VAIS_BYTES: return .bytes([UInt8](try span(cell)))
        default: throw StorageError(.failed, "the storage plugin answered a cell of unknown type \(cell.type)")
        }
    }

    /// Text is UTF-8 without NUL; stored text that is not was damaged, and must not be repaired on its way to a checksum.
    private func text(_ span: UnsafeBufferPointer<UInt8>) throws(StorageError) -> String {
        guard let base = span.baseAddress, span.count > 0 else { return "" }
        guard memchr(base, 0, span.count) == nil, let text = String(validating: span, as: UTF8.self) else {
            throw StorageError(.corrupt, "the store holds text that is not UTF-8")
        }
        return text
    }

    private func span(_ cell: vais_cell) throws(StorageError) -> UnsafeBufferPointer<UInt8> {
        guard cell.size > 0 else { return UnsafeBufferPointer(start: nil, count: 0) }
        let address = UInt(bitPattern: cell.value.data)
        let start = UInt(bitPattern: bytes.baseAddress)
        guard address >= start, address - start <= UInt(bytes.count),
            UInt(cell.size) <= UInt(bytes.count) - (address - start)
        else {
            throw StorageError(.failed, "the storage plugin answered text outside of its page")
        }
        return UnsafeBufferPointer(rebasing: bytes[Int(address - start)..<Int(address - start) + Int(cell.size)])
    }
}
