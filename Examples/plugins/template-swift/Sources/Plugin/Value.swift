import CVais

/// One value, and its order: numbers by value, text and bytes byte by byte, a prefix before what it begins.
enum Value {
    case null
    /// VAIS_BOOL, VAIS_I64 or VAIS_TIME.
    case integer(type: UInt32, Int64)
    case double(Double)
    /// VAIS_TEXT or VAIS_BYTES.
    case bytes(type: UInt32, [UInt8])

    init(_ cell: vais_cell) {
        switch cell.type {
        case VAIS_NULL: self = .null
        case VAIS_F64: self = .double(cell.value.f64)
        case VAIS_TEXT, VAIS_BYTES:
            self = .bytes(type: cell.type, Array(UnsafeBufferPointer(start: cell.value.data, count: Int(cell.size))))
        default: self = .integer(type: cell.type, cell.value.i64)
        }
    }

    var type: UInt32 {
        switch self {
        case .null: VAIS_NULL
        case .integer(let type, _), .bytes(let type, _): type
        case .double: VAIS_F64
        }
    }

    /// How much it takes beside its cell.
    var byteCount: Int {
        if case .bytes(_, let bytes) = self { bytes.count } else { 0 }
    }

    /// Negative when it comes before `other`, 0 when they are equal.
    func compare(_ other: Value) -> Int {
        switch (self, other) {
        case (.integer(_, let left), .integer(_, let right)): left < right ? -1 : left > right ? 1 : 0
        case (.double(let left), .double(let right)): left < right ? -1 : left > right ? 1 : 0
        case (.bytes(_, let left), .bytes(_, let right)):
            switch Int(memcmp(left, right, min(left.count, right.count))) {
            case 0: left.count - right.count
            case let order: order
            }
        default: Int(type) - Int(other.type)
        }
    }
}
