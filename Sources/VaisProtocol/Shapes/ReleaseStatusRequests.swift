import VaisModel

/// The body of a yank, which may also have none: `{"reason":"security","message":"…"}`.
package struct YankRequest: JSONShape, Equatable {
    package var yank: Yank

    package init(_ yank: Yank = Yank()) { self.yank = yank }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        yank = Yank(reason: try object.optionalString("reason"), message: try object.optionalString("message"))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("reason", ifPresent: yank.reason)
            writer.member("message", ifPresent: yank.message)
        }
    }
}

/// The body of a deprecation: `{"message":"moved","replacement":"pad"}`.
package struct DeprecateRequest: JSONShape, Equatable {
    package var deprecation: Deprecation

    package init(_ deprecation: Deprecation) { self.deprecation = deprecation }

    package init(json: JSONValue) throws(ProtocolError) {
        let object = try json.object()
        deprecation = Deprecation(
            message: try object.optionalString("message"),
            replacement: try object.optionalParsed("replacement", PackageName.init(parsing:)))
    }

    package func encode(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("message", ifPresent: deprecation.message)
            writer.member("replacement", ifPresent: deprecation.replacement?.text)
        }
    }
}
