import VaisModel

/// The fields of one line of an index, before it is known which of them its kind needs.
struct IndexLine {
    enum Kind {
        case header, release, yank, unyank, deprecation, endOfDeprecation

        init?(letter: UInt8?) {
            switch letter {
            case UInt8(ascii: "h"): self = .header
            case UInt8(ascii: "r"): self = .release
            case UInt8(ascii: "y"): self = .yank
            case UInt8(ascii: "u"): self = .unyank
            case UInt8(ascii: "d"): self = .deprecation
            case UInt8(ascii: "e"): self = .endOfDeprecation
            default: return nil
            }
        }
    }

    /// Nil when this program does not know the kind; the line has been checked as JSON and is to be skipped.
    private(set) var kind: Kind?
    private(set) var format: Int64?
    /// The package in a header, its replacement in a deprecation.
    private(set) var name: String?
    private(set) var serial: UInt64?
    private(set) var version: Version?
    private(set) var checksum: Checksum?
    private(set) var size: UInt64?
    private(set) var time: Int64?
    private(set) var dependencies: [ReleaseDependency] = []
    private(set) var reason: String?
    private(set) var message: String?

    mutating func read(
        _ json: inout JSONReader, dependencies list: inout DependencyListReader
    ) throws(ProtocolError) {
        var seen = LetterKeys()
        var isFirst = true
        try json.readObject { (json: inout JSONReader, key: JSONText) throws(ProtocolError) in
            let letter = try seen.add(key, of: json)
            if isFirst {
                guard letter == UInt8(ascii: "k") else { throw json.unexpected("a line starts with its kind, `k`") }
                kind = Kind(letter: json.letter(try json.readText()))
                isFirst = false
            } else if kind == nil {
                _ = try json.readValue()
            } else {
                try readField(letter, &json, &list)
            }
        }
        guard !isFirst else { throw json.unexpected("a line starts with its kind, `k`") }
        try json.finishLine()
    }

    @inline(__always)
    private mutating func readField(
        _ letter: UInt8?, _ json: inout JSONReader, _ list: inout DependencyListReader
    ) throws(ProtocolError) {
        switch letter {
        case UInt8(ascii: "s"): serial = try json.readCount()
        case UInt8(ascii: "v"): version = try json.readVersion()
        case UInt8(ascii: "c"): checksum = try json.readChecksum()
        case UInt8(ascii: "z"): size = try json.readCount()
        case UInt8(ascii: "t"): time = try json.readInteger()
        case UInt8(ascii: "d"): dependencies = try list.read(&json)
        case UInt8(ascii: "f"): format = try json.readInteger()
        case UInt8(ascii: "n"): name = try json.readString()
        case UInt8(ascii: "w"): reason = try json.readString()
        case UInt8(ascii: "m"): message = try json.readString()
        default: _ = try json.readValue()
        }
    }
}

extension JSONReader {
    mutating func readCount() throws(ProtocolError) -> UInt64 {
        guard let count = UInt64(exactly: try readInteger()) else { throw unexpected("expected zero or more") }
        return count
    }

    mutating func readVersion() throws(ProtocolError) -> Version {
        let text = try readString()
        do { return try Version(parsing: text) } catch { throw unexpected(error.message) }
    }

    mutating func readChecksum() throws(ProtocolError) -> Checksum {
        let text = try readText()
        if !text.hasEscapes, let checksum = Checksum(hex: bytes.span.extracting(text.range)) { return checksum }
        do { return try Checksum(parsing: string(text)) } catch { throw unexpected(error.message) }
    }

    func name(_ text: JSONText) throws(ProtocolError) -> PackageName {
        do { return try PackageName(parsing: string(text)) } catch { throw unexpected(error.message) }
    }

    mutating func readRequirement() throws(ProtocolError) -> Requirement {
        let text = try readString()
        do { return try Requirement(parsing: text) } catch { throw unexpected(error.message) }
    }
}
