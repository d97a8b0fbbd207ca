import VaisModel

/// Reads the dependency lists of an index's lines. A release mostly depends on what the one before depended on, in the same
/// words: equal bytes are then recognised, and the list that they gave is shared.
struct DependencyListReader {
    private var lastBytes: Range<Int> = 0..<0
    private var last: [ReleaseDependency] = []
    /// Where each element of `last` stands.
    private var elements: [Range<Int>] = []

    mutating func read(_ json: inout JSONReader) throws(ProtocolError) -> [ReleaseDependency] {
        _ = try json.peek()
        if json.skip(bytesAt: lastBytes) { return last }

        let start = json.position
        var list: [ReleaseDependency] = []
        var ranges: [Range<Int>] = []
        list.reserveCapacity(last.count)
        ranges.reserveCapacity(last.count)
        try json.readArray { (json: inout JSONReader) throws(ProtocolError) in
            _ = try json.peek()
            let start = json.position
            let index = list.count
            if index < elements.count, json.skip(bytesAt: elements[index]) {
                list.append(last[index])
            } else {
                list.append(try Self.readOne(&json))
            }
            ranges.append(start..<json.position)
        }
        (last, elements, lastBytes) = (list, ranges, start..<json.position)
        return list
    }

    private static func readOne(_ json: inout JSONReader) throws(ProtocolError) -> ReleaseDependency {
        var seen = LetterKeys()
        var (name, requirement): (PackageName?, Requirement?)
        var kind = ReleaseDependency.Kind.normal
        var features: [String] = []
        var isOptional = false
        var target: String?
        try json.readObject { (json: inout JSONReader, key: JSONText) throws(ProtocolError) in
            switch try seen.add(key, of: json) {
            case UInt8(ascii: "n"): name = try json.readName()
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
    mutating func skip(bytesAt range: Range<Int>) -> Bool {
        guard !range.isEmpty, matches(range) else { return false }
        position += range.count
        return true
    }

    @inline(__always)
    private func matches(_ range: Range<Int>) -> Bool {
        let span = bytes.span.bytes
        guard bytes.count - position >= range.count else { return false }
        var offset = 0
        while offset &+ 8 <= range.count {
            let left = span.unsafeLoadUnaligned(fromByteOffset: range.lowerBound &+ offset, as: UInt64.self)
            let right = span.unsafeLoadUnaligned(fromByteOffset: position &+ offset, as: UInt64.self)
            if left != right { return false }
            offset &+= 8
        }
        while offset < range.count {
            if bytes[range.lowerBound &+ offset] != bytes[position &+ offset] { return false }
            offset &+= 1
        }
        return true
    }
}
