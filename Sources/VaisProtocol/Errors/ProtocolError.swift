import VaisModel

/// Why bytes from the other side could not be understood: not JSON, not the expected shape, or about something else.
package struct ProtocolError: Error, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The bytes are not strict JSON.
        case malformed
        /// The JSON is well formed, and does not have the expected shape.
        case unexpected
        /// The input is larger or deeper than the reader accepts.
        case tooLarge
        /// The document says that only a newer program can read it.
        case newerFormat
        /// The document speaks of another package than the one that was asked for.
        case wrongPackage
    }

    package var code: Code
    /// What is wrong, without the place: `expected a string, found a number`.
    package var reason: String
    /// Where in the document, `packages[3].version`; empty when the whole document is meant.
    package var path: String
    /// One step that is likely to help, or nil.
    package var hint: String?
    /// What the layer below said, such as the rule that a version breaks.
    package var cause: (any Error)?

    package init(
        _ code: Code, _ reason: String, path: String = "", hint: String? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.reason = reason
        self.path = path
        self.hint = hint
        self.cause = cause
    }

    /// The place and the reason: `packages[3].version: expected a string, found a number`.
    package var message: String { path.isEmpty ? reason : "\(path): \(reason)" }

    package var description: String { message }

    /// The same error seen from one level up: a member `key` of the enclosing object.
    package func inside(key: String) -> ProtocolError {
        var outer = self
        let key = Self.safe(key)
        switch path.utf8.first {
        case nil: outer.path = key
        case UInt8(ascii: "["): outer.path = key + path
        default: outer.path = "\(key).\(path)"
        }
        return outer
    }

    /// The same error seen from one level up: an element of the enclosing array.
    package func inside(index: Int) -> ProtocolError {
        var outer = self
        switch path.utf8.first {
        case nil, UInt8(ascii: "["): outer.path = "[\(index)]\(path)"
        default: outer.path = "[\(index)].\(path)"
        }
        return outer
    }

    /// Keys come from the other side: whatever is not a plain word is quoted, so that printing a path is safe.
    private static func safe(_ key: String) -> String {
        let isPlain = key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && !key.isEmpty ? key : quoted(key)
    }
}
