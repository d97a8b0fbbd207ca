/// A request or an answer with a fixed JSON shape. Members it does not know are ignored on reading, so that a newer peer may add some.
package protocol JSONShape: Sendable {
    /// Throws when the value lacks a required member or one has the wrong type; the error carries the member's path.
    init(json: JSONValue) throws(ProtocolError)

    /// Writes the shape as one value.
    func encode(to writer: inout JSONWriter)
}

extension JSONShape {
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(ProtocolError) {
        try self.init(json: try JSONValue(parsing: bytes, limits: limits))
    }

    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        encode(to: &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    package mutating func value(_ shape: some JSONShape) { shape.encode(to: &self) }

    package mutating func member(_ key: String, _ shape: some JSONShape) {
        self.key(key)
        shape.encode(to: &self)
    }

    package mutating func member(_ key: String, _ shapes: [some JSONShape]) {
        self.key(key)
        array { for shape in shapes { $0.value(shape) } }
    }
}

/// A list of shapes as a whole document: `/categories`, `/auth/tokens` and the original index answer with bare arrays.
extension Array where Element: JSONShape {
    package init(parsing bytes: [UInt8], limits: JSONLimits = .standard) throws(ProtocolError) {
        self = try JSONValue(parsing: bytes, limits: limits).array(of: Element.init(json:))
    }

    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.array { for shape in self { $0.value(shape) } }
        return writer.bytes
    }
}
