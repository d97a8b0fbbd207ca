package import VaisModel

/// The answer of `/changes?since=N`: which packages changed after event N.
///
///     {"serial":42,"names":["ansi","left-pad"],"more":false}
package struct Changes: JSONShape, Equatable {
    /// The event up to which this answer speaks; the `since` of the next question. Smaller than the one asked about, it
    /// means that the registry was rolled back.
    package var serial: UInt64
    /// Each package once, in name order.
    package var names: [PackageName]
    /// Whether there are events after `serial` already.
    package var more: Bool

    package init(serial: UInt64, names: [PackageName], more: Bool = false) {
        self.serial = serial
        self.names = names
        self.more = more
    }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        serial = try object.count("serial")
        names = try object.required("names") { (json: JSONValue) throws(ProtocolError) in
            try json.array { (json: JSONValue) throws(ProtocolError) in try json.parsed(PackageName.init(parsing:)) }
        }
        more = try object.bool("more", default: false)
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("serial", serial)
            writer.member("names", names.map(\.text))
            writer.member("more", more)
        }
    }
}
