/// The fields of one tar header block that this profile reads. The others (owners, times, devices) mean nothing here, but
/// their numbers must be well-formed: some readers stop at one that is not, and would see a shorter archive.
///
/// The profile is POSIX ustar (IEEE Std 1003.1, `pax`, "ustar Interchange Format"). Headers with GNU tar's own magic are
/// taken too, since GNU tar and older clients write it by default, but only with none of GNU's extensions in use: then
/// every field means the same in both formats.
struct TarHeader {
    static let blockSize = 512

    var type: UInt8
    var size: UInt64
    var isExecutable: Bool
    /// Offset and length of the name in the block.
    var nameLength: Int
    /// Length of the prefix at `prefixOffset`; 0 when there is none.
    var prefixLength: Int

    static let prefixOffset = 345

    static let file = UInt8(ascii: "0")
    static let folder = UInt8(ascii: "5")
    static let pax = UInt8(ascii: "x")
    static let sparse = UInt8(ascii: "S")

    /// Whether the block is one of those that end an archive.
    static func isZero(_ block: UnsafeRawBufferPointer) -> Bool {
        var union: UInt64 = 0
        for index in stride(from: 0, to: blockSize, by: 8) {
            union |= block.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        }
        return union == 0
    }

    /// Reads a block of 512 bytes. Throws `.checksum`, `.format`, `.size`, `.name`, `.sparse` or `.gnu`.
    init(_ block: UnsafeRawBufferPointer) throws(ArchiveError) {
        let field = { (offset: Int, length: Int) in UnsafeRawBufferPointer(rebasing: block[offset..<offset + length]) }
        let name = field(0, 100)
        let isPOSIX = Self.matches(field(257, 8), "ustar\u{0}00")
        let isGNU = Self.matches(field(257, 8), "ustar  \u{0}")
        guard isPOSIX || isGNU else {
            throw ArchiveError(
                .format, "the archive is not a ustar archive",
                hint: "pack with `vais publish`, or with `tar --format=ustar`")
        }
        guard Self.octal(field(148, 8)) == Self.sum(block) else {
            throw ArchiveError.entry(Self.text(name), .checksum, "has a header whose checksum is wrong")
        }
        guard let size = Self.octal(field(124, 12)) else {
            throw ArchiveError.entry(Self.text(name), .size, "has a size that is not a plain octal number")
        }
        guard let mode = Self.octal(field(100, 8)) else {
            throw ArchiveError.entry(Self.text(name), .format, "has a mode that is not a plain octal number")
        }
        for (offset, length) in [(108, 8), (116, 8), (136, 12), (329, 8), (337, 8)] {
            let number = field(offset, length)
            guard Self.octal(number) != nil || Self.isBlank(number) else {
                throw ArchiveError.entry(
                    Self.text(name), .format, "has an owner, time or device that is not a plain octal number")
            }
        }
        type = block[156]
        self.size = size
        isExecutable = mode & 0o100 != 0
        nameLength = Self.text(name).count
        if isGNU {
            // GNU tar keeps times, sparse maps and volume offsets where ustar has the prefix.
            guard type == Self.sparse || field(Self.prefixOffset, 167).allSatisfy({ $0 == 0 }) else {
                throw ArchiveError.entry(Self.text(name), .gnu, "uses extensions of GNU tar")
            }
            prefixLength = 0
        } else {
            prefixLength = Self.text(field(Self.prefixOffset, 155)).count
        }
        // A reader that stops at the NUL and one that does not must see the same name.
        if type == Self.sparse { throw ArchiveError.entry(Self.text(name), .sparse, "is a sparse file") }
        let endsClean =
            name.dropFirst(nameLength).allSatisfy { $0 == 0 }
            && field(Self.prefixOffset, 155).dropFirst(prefixLength).allSatisfy { $0 == 0 }
        guard endsClean else { throw ArchiveError.entry(name, .name, "has a NUL byte in its name") }
    }

    /// A number of octal digits, perhaps between spaces, ended by spaces and NULs. GNU's base-256 form has the top bit
    /// set and is no number here, nor is a sign.
    static func octal(_ field: UnsafeRawBufferPointer) -> UInt64? {
        var index = 0
        while index < field.count, field[index] == UInt8(ascii: " ") { index += 1 }
        let start = index
        var value: UInt64 = 0
        while index < field.count, field[index] & 0xF8 == 0x30 {
            value = value << 3 | UInt64(field[index] & 7)
            index += 1
        }
        guard index > start else { return nil }
        while index < field.count {
            guard field[index] == 0 || field[index] == UInt8(ascii: " ") else { return nil }
            index += 1
        }
        return value
    }

    /// Whether the field is left empty, which readers take for zero.
    private static func isBlank(_ field: UnsafeRawBufferPointer) -> Bool {
        field.allSatisfy { $0 == 0 || $0 == UInt8(ascii: " ") }
    }

    /// The sum of all bytes, those of the checksum field counted as spaces.
    private static func sum(_ block: UnsafeRawBufferPointer) -> UInt64 {
        // Four sums of 16 bits at once; 128 bytes of at most 255 fit into each.
        let mask: UInt64 = 0x00FF_00FF_00FF_00FF
        var lanes: UInt64 = 0
        for index in stride(from: 0, to: blockSize, by: 8) {
            let word = block.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            lanes += (word & mask) + (word >> 8 & mask)
        }
        var total = (lanes & 0xFFFF) + (lanes >> 16 & 0xFFFF) + (lanes >> 32 & 0xFFFF) + lanes >> 48
        for byte in block[148..<156] { total -= UInt64(byte) }
        return total + 8 * 0x20
    }

    /// The bytes before the first NUL.
    private static func text(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: field.prefix { $0 != 0 })
    }

    private static func matches(_ field: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        field.elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
