internal import CVaisPlugin

/// Memory that C structs point into; all of it lives until the arena goes.
final class Arena {
    private var blocks: [UnsafeMutableRawPointer] = []
    /// How much longer than this host's the structs are that say their own size, in bytes: a later host's.
    private let surplus: Int

    init(longerBy surplus: Int = 0) { self.surplus = surplus }

    deinit { for block in blocks { block.deallocate() } }

    /// The values one after the other, nil when there are none.
    func array<T>(_ values: [T]) -> UnsafePointer<T>? {
        guard !values.isEmpty else { return nil }
        let block = UnsafeMutablePointer<T>.allocate(capacity: values.count)
        block.initialize(from: values, count: values.count)
        blocks.append(UnsafeMutableRawPointer(block))
        return UnsafePointer(block)
    }

    /// Structs that begin with their size, each with the surplus behind it, which no reader may look at.
    func structs<T>(_ values: [T]) -> (first: UnsafePointer<T>?, stride: UInt64) {
        let stride = MemoryLayout<T>.stride + surplus
        guard !values.isEmpty else { return (nil, UInt64(stride)) }
        let block = UnsafeMutableRawPointer.allocate(byteCount: stride * values.count, alignment: 8)
        block.initializeMemory(as: UInt8.self, repeating: 0, count: stride * values.count)
        for (position, value) in values.enumerated() {
            block.storeBytes(of: value, toByteOffset: position * stride, as: T.self)
        }
        blocks.append(block)
        return (UnsafePointer(block.assumingMemoryBound(to: T.self)), UInt64(stride))
    }

    func structSize<T>(_ type: T.Type) -> UInt32 { UInt32(MemoryLayout<T>.size + surplus) }

    func span(_ bytes: [UInt8]) -> vais_span { vais_span(data: array(bytes), size: UInt64(bytes.count)) }

    func span(_ text: String) -> vais_span { span(Array(text.utf8)) }

    func cell(_ datum: Datum) -> vais_cell {
        var cell = vais_cell()
        cell.type = datum.abiType
        switch datum {
        case .bool(let value): cell.value.i64 = value ? 1 : 0
        case .integer(let value), .time(let value): cell.value.i64 = value
        case .double(let value): cell.value.f64 = value
        case .text(let bytes), .bytes(let bytes):
            cell.size = UInt32(bytes.count)
            cell.value.data = array(bytes)
        case .null, .absent, .malformed: break
        }
        return cell
    }

    func uses(_ uses: [Use]) -> UnsafePointer<vais_use>? {
        array(
            uses.map { use in
                vais_use(
                    shape: use.number, cell_count: UInt32(use.cells.count), cells: array(use.cells.map { cell($0) }))
            })
    }

    func batch(_ batch: Batch) -> vais_batch {
        vais_batch(
            struct_size: structSize(vais_batch.self), flags: batch.flags, stamp: batch.stamp,
            guards: uses(batch.guards),
            ops: uses(batch.operations), guard_count: UInt32(batch.guards.count),
            op_count: UInt32(batch.operations.count))
    }
}

func size<T>(of type: T.Type) -> UInt32 { UInt32(MemoryLayout<T>.size) }
