/// TOML 1.0.0, read strictly and with places: every key and value knows its line and its bytes, so that errors can point
/// at them and an editor can change one without touching the rest.
package enum TOML {
    /// The greatest depth of nested arrays, tables and dotted keys; deeper documents are refused before they can exhaust
    /// the stack.
    package static let maximumDepth = 64

    package enum Value {
        case string(String)
        case integer(Int64)
        case float(Double)
        case boolean(Bool)
        /// Any of the four date and time types, checked and kept as written.
        case dateTime(String)
        case array([Node])
        case table(Table)

        /// What to call the value in an error message.
        package var kind: String {
            switch self {
            case .string: "a string"
            case .integer: "an integer"
            case .float: "a float"
            case .boolean: "a boolean"
            case .dateTime: "a date or time"
            case .array: "an array"
            case .table: "a table"
            }
        }
    }

    /// A value and its place.
    package struct Node {
        package let value: Value
        /// From 1.
        package let line: Int
        /// The bytes of the value in the document; empty for a table made by headers or dotted keys.
        package let range: Range<Int>
    }

    /// A table, in document order.
    package final class Table {
        package struct Entry {
            package let key: String
            /// Where the key was first written.
            package let line: Int
            package fileprivate(set) var node: Node
        }

        /// How a table came to be, which decides who may add to it.
        enum Origin {
            /// Named only as a prefix of a header, so its own header may still follow.
            case implied
            case header
            case dotted
            /// Between braces: closed once read.
            case inline
        }

        package private(set) var entries: [Entry] = []
        private var positions: [String: Int] = [:]
        var origin: Origin

        init(_ origin: Origin) { self.origin = origin }

        package subscript(key: String) -> Entry? { positions[key].map { entries[$0] } }

        func append(_ key: String, line: Int, _ node: Node) {
            positions[key] = entries.count
            entries.append(Entry(key: key, line: line, node: node))
        }

        /// Adds an element to an array of tables; false when `key` holds anything else. In place: a document may have
        /// hundreds of thousands.
        func appendElement(_ node: Node, to key: String) -> Bool {
            // An array written between brackets is closed; it is told by its bytes.
            guard let position = positions[key], entries[position].node.range.isEmpty,
                case .array(var elements) = entries[position].node.value
            else { return false }
            let line = entries[position].node.line
            // Lets go of the array, which would be copied if there were two references to it.
            entries[position].node = node
            elements.append(node)
            entries[position].node = Node(value: .array(elements), line: line, range: 0..<0)
            return true
        }
    }

    /// A header or an assignment, in document order.
    package struct Statement {
        package enum Kind {
            case header
            /// `[[path]]`.
            case arrayHeader
            case assignment(value: Range<Int>)
        }

        package let kind: Kind
        /// As written: of an assignment, the keys within its section.
        package let path: [String]
        package let line: Int
        /// From the first byte of the key or bracket to the last of the value or bracket; no comment.
        package let range: Range<Int>
    }

    package struct Document {
        package let root: Table
        package let statements: [Statement]
    }

    /// Why a text is not TOML, and in which line.
    package struct Fault: Error {
        package let message: String
        package let line: Int
    }
}
