internal import Glibc
import VaisModel

/// Reads the dependency lists of an index's lines. A release mostly depends on what the one before depended on, in the same
/// words: equal bytes are then recognised, and the list that they gave is shared.
struct DependencyListReader {
    private var lastBytes: Range<Int> = 0..<0
    private var last: [ReleaseDependency] = []
    /// Where each element of `last` stands, and the text of its name.
    private var places: [Place] = []

    private struct Place {
        var element: Range<Int>
        var name: Range<Int>
    }

    mutating func read(_ json: inout JSONReader) throws(ProtocolError) -> [ReleaseDependency] {
        _ = try json.peek()
        if json.skip(bytesAt: lastBytes) { return last }

        let start = json.position
        var list: [ReleaseDependency] = []
        var places: [Place] = []
        list.reserveCapacity(last.count)
        places.reserveCapacity(last.count)
        try json.readArray { (json: inout JSONReader) throws(ProtocolError) in
            _ = try json.peek()
            let start = json.position
            let index = list.count
            var name = 0..<0
            if index < self.places.count, json.skip(bytesAt: self.places[index].element) {
                name = self.places[index].name
                list.append(last[index])
            } else {
                list.append(try readOne(&json, index, &name))
            }
            places.append(Place(element: start..<json.position, name: name))
        }
        (last, self.places, lastBytes) = (list, places, start..<json.position)
        return list
    }

    /// - Parameter nameRange: set to where the name's text stands.
    private func readOne(
        _ json: inout JSONReader, _ index: Int, _ nameRange: inout Range<Int>
    ) throws(ProtocolError) -> ReleaseDependency {
        var seen = LetterKeys()
        var (name, requirement): (PackageName?, Requirement?)
        var kind = ReleaseDependency.Kind.normal
        var features: [String] = []
        var isOptional = false
        var target: String?
        try json.readObject { (json: inout JSONReader, key: JSONText) throws(ProtocolError) in
            switch try seen.add(key, of: json) {
            case UInt8(ascii: "n"):
                // Most often only the requirement has changed.
                let text = try json.readText()
                nameRange = text.range
                if index < places.count, json.isSame(text, places[index].name) {
                    name = last[index].name
                } else {
                    name = try json.name(text)
                }
            case UInt8(ascii: "r"): requirement = try json.readRequirement()
            case UInt8(ascii: "k"):
                guard let known = ReleaseDependency.Kind(rawValue: try json.readString()) else {
                    throw json.unexpected("a dependency's kind is `normal`, `dev` or `build`")
                }
                kind = known
            case UInt8(ascii: "f"):
                try json.readArray { (json: inout JSONReader) throws(ProtocolError) in
                    features.append(try json.readString())
                }
            case UInt8(ascii: "o"): isOptional = try json.readBool()
            case UInt8(ascii: "t"): target = try json.readString()
            default: _ = try json.readValue()
            }
        }
        guard let name, let requirement else { throw json.unexpected("a dependency needs `n` and `r`") }
        return ReleaseDependency(
            name: name, requirement: requirement, kind: kind, features: features, isOptional: isOptional,
            target: target)
    }
}

extension JSONReader {
    /// Moves past the next bytes if they are those of `range`, which held a whole array or object and therefore ends where it
    /// does here.
    @inline(__always)
    fileprivate mutating func skip(bytesAt range: Range<Int>) -> Bool {
        guard !range.isEmpty, hasBytes(of: range, at: position) else { return false }
        position += range.count
        return true
    }

    /// Whether a text has the bytes of an earlier one. One with escapes counts as another.
    @inline(__always)
    fileprivate func isSame(_ text: JSONText, _ earlier: Range<Int>) -> Bool {
        text.range.count == earlier.count && !text.hasEscapes && hasBytes(of: earlier, at: text.range.lowerBound)
    }

    @inline(__always)
    private func hasBytes(of range: Range<Int>, at start: Int) -> Bool {
        guard bytes.count - start >= range.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return range.isEmpty }
            return memcmp(base + range.lowerBound, base + start, range.count) == 0
        }
    }
}
