/// One value of a record: a cell of the plugin ABI in Swift's terms.
package enum Value: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    /// UTF-8 without NUL; ordered by bytes.
    case text(String)
    case bytes([UInt8])
    /// Microseconds since 1970-01-01T00:00:00Z.
    case time(Int64)

    package static func text(_ value: String?) -> Value { value.map { .text($0) } ?? .null }
    package static func time(_ value: Int64?) -> Value { value.map { .time($0) } ?? .null }
}

/// One record as a read shape answers it: its values, in the order of the shape's columns.
package struct Row: Hashable, Sendable {
    package var values: [Value]

    package init(_ values: [Value]) { self.values = values }

    package subscript(_ position: Int) -> Value { values[position] }

    /// The value at `position` as text; throws `.corrupt` when the store answered another type. The others alike.
    package func text(_ position: Int) throws(StorageError) -> String {
        guard case .text(let value) = values[position] else { throw mistyped(position, "text") }
        return value
    }

    package func optionalText(_ position: Int) throws(StorageError) -> String? {
        values[position] == .null ? nil : try text(position)
    }

    package func integer(_ position: Int) throws(StorageError) -> Int64 {
        guard case .integer(let value) = values[position] else { throw mistyped(position, "an integer") }
        return value
    }

    package func bool(_ position: Int) throws(StorageError) -> Bool {
        guard case .bool(let value) = values[position] else { throw mistyped(position, "a boolean") }
        return value
    }

    package func bytes(_ position: Int) throws(StorageError) -> [UInt8] {
        guard case .bytes(let value) = values[position] else { throw mistyped(position, "bytes") }
        return value
    }

    package func time(_ position: Int) throws(StorageError) -> Int64 {
        guard case .time(let value) = values[position] else { throw mistyped(position, "a time") }
        return value
    }

    package func optionalTime(_ position: Int) throws(StorageError) -> Int64? {
        values[position] == .null ? nil : try time(position)
    }

    private func mistyped(_ position: Int, _ expected: String) -> StorageError {
        StorageError(
            .corrupt, "the store answered \(values[position]) where \(expected) was declared (column \(position))")
    }
}
