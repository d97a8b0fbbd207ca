internal import CVaisPlugin

/// One cell as the kit sees it. Text is kept as bytes: Swift's `String` would call the two spellings of "é" equal.
package enum Datum: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text([UInt8])
    case bytes([UInt8])
    case time(Int64)
    /// What a read answers for a record that does not exist.
    case absent
    /// A cell that no plugin should answer; the reason is in the text.
    case malformed(String)
}

extension Datum {
    static func text(_ value: String) -> Datum { .text(Array(value.utf8)) }

    /// The order the ABI asks of values of one type; null stands first.
    static func precedes(_ left: Datum, _ right: Datum) -> Bool {
        switch (left, right) {
        case (.bool(let left), .bool(let right)): !left && right
        case (.integer(let left), .integer(let right)), (.time(let left), .time(let right)): left < right
        case (.double(let left), .double(let right)): left < right
        case (.text(let left), .text(let right)), (.bytes(let left), .bytes(let right)):
            left.lexicographicallyPrecedes(right)
        case (.null, .null): false
        case (.null, _): true
        default: false
        }
    }

    var abiType: UInt32 {
        switch self {
        case .null: VAIS_NULL
        case .bool: VAIS_BOOL
        case .integer: VAIS_I64
        case .double: VAIS_F64
        case .text: VAIS_TEXT
        case .bytes: VAIS_BYTES
        case .time: VAIS_TIME
        case .absent, .malformed: VAIS_ABSENT
        }
    }

    var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }
}

/// Rows in lexicographic order of their first `count` values.
func rowPrecedes(_ left: [Datum], _ right: [Datum], first count: Int) -> Bool {
    for (left, right) in zip(left.prefix(count), right.prefix(count)) {
        if Datum.precedes(left, right) { return true }
        if Datum.precedes(right, left) { return false }
    }
    return false
}

extension Datum: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByBooleanLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension Datum: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .text(let bytes): "\"\(String(decoding: bytes.prefix(40), as: UTF8.self))\"\(bytes.count > 40 ? "…" : "")"
        case .bytes(let bytes): "0x" + bytes.prefix(24).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        case .time(let value): "\(value)µs"
        case .absent: "absent"
        case .malformed(let reason): "<\(reason)>"
        }
    }
}
