internal import CZlib

/// The header of a gzip member (RFC 1952 section 2.3), taken byte by byte.
///
/// Name, comment, time and extra field are ignored, but bounded: a header cannot be a place to hide a stream.
struct GzipHeader {
    /// A longest name or comment.
    private static let mostTextBytes = 4_096

    private enum Part {
        case fixed(Int)
        case extraLength(Int)
        case extra(Int)
        case name(Int)
        case comment(Int)
        case checksum(Int)
    }

    private var part = Part.fixed(0)
    private var flags: UInt8 = 0
    private var extraBytes = 0
    private var crc: uLong = 0
    private var storedCRC: UInt16 = 0

    private static let hasChecksum: UInt8 = 2
    private static let hasExtra: UInt8 = 4
    private static let hasName: UInt8 = 8
    private static let hasComment: UInt8 = 16
    private static let unknownFlags: UInt8 = 0xE0

    /// Takes the next byte; true when it was the header's last. Throws `.format` or `.checksum`.
    mutating func take(_ byte: UInt8) throws(ArchiveError) -> Bool {
        if case .checksum(let index) = part {
            storedCRC |= UInt16(byte) << UInt16(8 * index)
            part = .checksum(index + 1)
            guard index == 1 else { return false }
            guard storedCRC == UInt16(truncatingIfNeeded: crc) else {
                throw ArchiveError(.checksum, "the checksum of the gzip header is wrong")
            }
            return true
        }
        var copy = byte
        crc = crc32(crc, &copy, 1)
        switch part {
        case .fixed(let index):
            try checkFixed(byte, index)
            if index == 3 { flags = byte }
            if index < 9 { part = .fixed(index + 1) } else { return enter(.extraLength(0)) }
        case .extraLength(let index):
            extraBytes |= Int(byte) << (8 * index)
            if index == 0 { part = .extraLength(1) } else { return enter(.extra(extraBytes)) }
        case .extra(let left):
            return enter(.extra(left - 1))
        case .name(let count):
            if byte == 0 { return enter(.comment(0)) }
            part = .name(try grown(count))
        case .comment(let count):
            if byte == 0 { return enter(.checksum(0)) }
            part = .comment(try grown(count))
        case .checksum: break
        }
        return false
    }

    /// Goes to `next`, or to the first part after it that the flags announce; true when none is left.
    private mutating func enter(_ next: Part) -> Bool {
        part = next
        if case .extraLength = part, flags & Self.hasExtra == 0 { part = .name(0) }
        if case .extra(0) = part { part = .name(0) }
        if case .name(0) = part, flags & Self.hasName == 0 { part = .comment(0) }
        if case .comment(0) = part, flags & Self.hasComment == 0 { part = .checksum(0) }
        if case .checksum = part { return flags & Self.hasChecksum == 0 }
        return false
    }

    private func grown(_ count: Int) throws(ArchiveError) -> Int {
        guard count < Self.mostTextBytes else { throw ArchiveError(.format, "the gzip header is too long") }
        return count + 1
    }

    private func checkFixed(_ byte: UInt8, _ index: Int) throws(ArchiveError) {
        switch index {
        case 0 where byte != 0x1F: throw Self.notGzip(firstByte: byte)
        case 1 where byte != 0x8B: throw Self.notGzip(firstByte: 0x1F)
        case 2 where byte != 8: throw ArchiveError(.format, "the gzip data uses an unknown method")
        case 3 where byte & Self.unknownFlags != 0: throw ArchiveError(.format, "the gzip header has unknown flags")
        default: break
        }
    }

    /// One byte tells the formats apart that people send by mistake.
    private static func notGzip(firstByte: UInt8) -> ArchiveError {
        let guess =
            switch firstByte {
            case 0x50: "; it looks like a zip file"
            case 0xFD: "; it looks like an xz file"
            case 0x28: "; it looks like a zstd file"
            case 0x42: "; it looks like a bzip2 file"
            case 0x7F: "; it looks like a program"
            default: ""
            }
        return ArchiveError(
            .format, "the archive is not gzip data\(guess)", hint: "a package is a tar archive compressed with gzip")
    }
}
