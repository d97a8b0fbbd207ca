package import VaisModel

/// Strings with rules of their own, such as names and versions: a broken rule becomes the reason and the cause of the error.
extension JSONValue {
    package func parsed<Value>(
        _ parse: (String) throws(ModelError) -> Value
    ) throws(ProtocolError) -> Value {
        let text = try string()
        do { return try parse(text) } catch { throw ProtocolError(rule: error) }
    }
}

extension JSONObject {
    package func parsed<Value>(
        _ key: String, _ parse: (String) throws(ModelError) -> Value
    ) throws(ProtocolError) -> Value {
        try required(key) { (value: JSONValue) throws(ProtocolError) in try value.parsed(parse) }
    }

    package func optionalParsed<Value>(
        _ key: String, _ parse: (String) throws(ModelError) -> Value
    ) throws(ProtocolError) -> Value? {
        try optional(key) { (value: JSONValue) throws(ProtocolError) in try value.parsed(parse) }
    }
}

extension ProtocolError {
    /// A text that is not what its place requires.
    package init(rule error: ModelError) {
        self.init(.unexpected, error.message, hint: error.hint, cause: error)
    }
}
