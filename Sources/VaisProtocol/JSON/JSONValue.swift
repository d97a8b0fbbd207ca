/// One JSON value (RFC 8259). Integers are kept apart from other numbers, so that a size or a serial is never rounded.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, always finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Parses one JSON text and nothing after it, as strictly as `JSONReader` says.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(ProtocolError) {
        var reader = try JSONReader(bytes, limits: limits)
        self = try reader.readValue()
        try reader.finish()
    }

    /// The value in the words of an error message.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    package func string() throws(ProtocolError) -> String {
        guard case .string(let text) = self else { throw mismatch("a string") }
        return text
    }

    package func bool() throws(ProtocolError) -> Bool {
        guard case .bool(let value) = self else { throw mismatch("a boolean") }
        return value
    }

    package func integer() throws(ProtocolError) -> Int64 {
        switch self {
        case .integer(let value): return value
        case .number: throw ProtocolError(.unexpected, "expected an integer that fits 64 bits")
        default: throw mismatch("an integer")
        }
    }

    /// An integer that counts something: zero or more.
    package func count() throws(ProtocolError) -> UInt64 {
        guard let count = UInt64(exactly: try integer()) else {
            throw ProtocolError(.unexpected, "expected zero or more, found a negative number")
        }
        return count
    }

    package func array() throws(ProtocolError) -> [JSONValue] {
        guard case .array(let elements) = self else { throw mismatch("an array") }
        return elements
    }

    /// The array with each element decoded; an error names the element.
    package func array<Element>(
        of decode: (JSONValue) throws(ProtocolError) -> Element
    ) throws(ProtocolError) -> [Element] {
        let elements = try array()
        var decoded: [Element] = []
        decoded.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do { decoded.append(try decode(element)) } catch { throw error.inside(index: index) }
        }
        return decoded
    }

    package func strings() throws(ProtocolError) -> [String] {
        try array { (element: JSONValue) throws(ProtocolError) -> String in try element.string() }
    }

    package func object() throws(ProtocolError) -> JSONObject {
        guard case .object(let object) = self else { throw mismatch("an object") }
        return object
    }

    private func mismatch(_ expected: String) -> ProtocolError {
        ProtocolError(.unexpected, "expected \(expected), found \(kind)")
    }
}
