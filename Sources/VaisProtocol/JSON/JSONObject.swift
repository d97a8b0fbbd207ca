/// The members of a JSON object in the order they were written. No two keys are the same bytes.
///
/// The accessors come in three strengths: `string` needs the member, `optionalString` takes a missing one or `null` as nil,
/// and lists are empty when missing. Their errors carry the path of the member.
package struct JSONObject: Sendable, Equatable {
    package struct Member: Sendable, Equatable {
        package let key: String
        package let value: JSONValue
    }

    package let members: [Member]

    /// - Precondition: the keys differ from each other; `JSONReader` and literals in tests see to that.
    package init(members: [Member]) {
        self.members = members
    }

    package init(_ members: [(String, JSONValue)]) {
        self.members = members.map { Member(key: $0.0, value: $0.1) }
    }

    /// The value at `key`, compared as bytes: Swift's `==` would take the Kelvin sign for a K.
    package subscript(key: String) -> JSONValue? {
        for member in members where member.key.utf8.elementsEqual(key.utf8) { return member.value }
        return nil
    }

    /// Decodes the member `key`, which must be there.
    package func required<Value>(
        _ key: String, _ decode: (JSONValue) throws(ProtocolError) -> Value
    ) throws(ProtocolError) -> Value {
        guard let value = self[key] else { throw ProtocolError(.unexpected, "is missing", path: key) }
        do { return try decode(value) } catch { throw error.inside(key: key) }
    }

    /// Decodes the member `key` unless it is missing or null.
    package func optional<Value>(
        _ key: String, _ decode: (JSONValue) throws(ProtocolError) -> Value
    ) throws(ProtocolError) -> Value? {
        guard let value = self[key], value != .null else { return nil }
        do { return try decode(value) } catch { throw error.inside(key: key) }
    }

    /// Decodes the elements of the array `key`; none when it is missing or null.
    package func list<Element>(
        _ key: String, of decode: (JSONValue) throws(ProtocolError) -> Element
    ) throws(ProtocolError) -> [Element] {
        guard let value = self[key], value != .null else { return [] }
        do { return try value.array(of: decode) } catch { throw error.inside(key: key) }
    }

    package func string(_ key: String) throws(ProtocolError) -> String {
        try required(key) { (value: JSONValue) throws(ProtocolError) in try value.string() }
    }

    package func optionalString(_ key: String) throws(ProtocolError) -> String? {
        try optional(key) { (value: JSONValue) throws(ProtocolError) in try value.string() }
    }

    package func strings(_ key: String) throws(ProtocolError) -> [String] {
        try list(key) { (value: JSONValue) throws(ProtocolError) in try value.string() }
    }

    package func bool(_ key: String, default fallback: Bool) throws(ProtocolError) -> Bool {
        try optional(key) { (value: JSONValue) throws(ProtocolError) in try value.bool() } ?? fallback
    }

    package func count(_ key: String) throws(ProtocolError) -> UInt64 {
        try required(key) { (value: JSONValue) throws(ProtocolError) in try value.count() }
    }

    package func optionalCount(_ key: String) throws(ProtocolError) -> UInt64? {
        try optional(key) { (value: JSONValue) throws(ProtocolError) in try value.count() }
    }
}
