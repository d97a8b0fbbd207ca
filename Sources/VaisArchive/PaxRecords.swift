/// The records of a pax extended header (IEEE Std 1003.1, `pax`, "pax Extended Header"), as far as this profile knows them.
///
/// A record is `LENGTH KEY=VALUE\n`, its decimal length counting itself. `path` is used, `size` must repeat what ustar
/// says, times are checked and ignored like ustar's own. Everything else is refused, never skipped: a key that one
/// reader obeys and another does not know is how two readers come to see different files.
struct PaxRecords {
    /// More than any path needs; longer headers are refused before they are collected.
    static let mostBytes: UInt64 = 8 << 10

    /// Where the path lies in the header, when there is one.
    private(set) var path: Range<Int>?
    private(set) var size: UInt64?

    /// Parses a whole header. Throws `.pax`, `.sparse` or `.size`.
    init(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var start = 0
        var seen: [Key] = []
        while start < bytes.count {
            let record = try Record(bytes, at: start)
            let key = try Self.key(bytes, record)
            guard !seen.contains(key) else {
                throw ArchiveError(.pax, "an extended header sets \(EscapedPath.quote(key.rawValue)) twice")
            }
            seen.append(key)
            switch key {
            case .path: path = record.value
            case .size: size = try Self.number(bytes, record.value)
            case .modified, .accessed, .changed: try Self.checkTime(bytes, record.value)
            }
            start = record.end
        }
        guard !seen.isEmpty else { throw ArchiveError(.pax, "an extended header is empty") }
    }

    private enum Key: String, CaseIterable {
        case path, size
        case modified = "mtime"
        case accessed = "atime"
        case changed = "ctime"
    }

    private struct Record {
        var key: Range<Int>
        var value: Range<Int>
        var end: Int

        init(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(ArchiveError) {
            let malformed = ArchiveError(.pax, "an extended header has a malformed record")
            var index = start
            var length = 0
            // Four digits say all that fits, so the number cannot overflow.
            while index < bytes.count, index - start < 5, let digit = PaxRecords.digit(bytes[index]) {
                length = length * 10 + Int(digit)
                index += 1
            }
            guard index > start, bytes[start] != UInt8(ascii: "0"), index < bytes.count, bytes[index] == 0x20 else {
                throw malformed
            }
            end = start + length
            let keyStart = index + 1
            guard end <= bytes.count, keyStart < end, bytes[end - 1] == 0x0A,
                let equals = bytes[keyStart..<end - 1].firstIndex(of: UInt8(ascii: "=")), equals > keyStart
            else { throw malformed }
            key = keyStart..<equals
            value = equals + 1..<end - 1
            guard !value.isEmpty else { throw malformed }
        }
    }

    private static func key(_ bytes: UnsafeRawBufferPointer, _ record: Record) throws(ArchiveError) -> Key {
        let name = UnsafeRawBufferPointer(rebasing: bytes[record.key])
        for key in Key.allCases where name.elementsEqual(key.rawValue.utf8) { return key }
        let isSparse = name.starts(with: "GNU.sparse.".utf8)
        throw ArchiveError(
            isSparse ? .sparse : .pax, "an extended header sets \(EscapedPath.quote(name)), which is not allowed",
            hint: "pack with `vais publish`, or with `tar --format=ustar`")
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(ArchiveError) -> UInt64 {
        var value: UInt64 = 0
        for byte in bytes[range] {
            guard let digit = digit(byte), range.count <= 18 else {
                throw ArchiveError(.size, "an extended header has a size that is not a plain number")
            }
            value = value * 10 + UInt64(digit)
        }
        return value
    }

    private static func checkTime(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(ArchiveError) {
        for byte in bytes[range] where digit(byte) == nil && byte != UInt8(ascii: ".") && byte != UInt8(ascii: "-") {
            throw ArchiveError(.pax, "an extended header has a time that is not a number")
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }
}
