/// Makes tar headers of the profile that `TarHeader` reads, with the same owner and time for every entry.
struct TarHeaderWriter {
    /// 2000-01-01T00:00:00Z. Not zero, because some tools warn of 1970 and zip cannot hold it.
    private static let modified: UInt64 = 946_684_800

    private var block = [UInt8](repeating: 0, count: TarHeader.blockSize)

    /// The header blocks of an entry: one, or three when the path needs an extended header. Valid until the next call.
    mutating func blocks(_ entry: FileSelection.Entry) -> [UInt8] {
        var path = Array(entry.path.utf8)
        if entry.isFolder { path.append(EntryPath.slash) }
        let mode: UInt64 = entry.isFolder || entry.isExecutable ? 0o755 : 0o644
        let type = entry.isFolder ? TarHeader.folder : TarHeader.file
        if let cut = Self.split(path) {
            let prefix = cut == 0 ? path[..<0] : path[..<(cut - 1)]
            make(name: path[cut...], prefix: prefix, mode: mode, size: entry.size, type: type)
            return block
        }
        let record = Self.record(path)
        make(
            name: "././@PaxHeader".utf8.map { $0 }[...], prefix: [], mode: 0o644, size: UInt64(record.count),
            type: TarHeader.pax)
        var blocks = block + record
        blocks.append(contentsOf: repeatElement(0, count: (512 - record.count % 512) % 512))
        // Every reader of this profile takes the name from the record; what a lesser one sees is the path's beginning.
        make(name: path[..<100], prefix: [], mode: mode, size: entry.size, type: type)
        return blocks + block
    }

    /// Where the name field begins when ustar's prefix (155 bytes) and name (100) can hold the path; nil when they cannot.
    private static func split(_ path: [UInt8]) -> Int? {
        if path.count <= 100 { return 0 }
        // The earliest slash that leaves a short enough name gives the shortest prefix. A folder's last slash is no cut.
        guard let slash = path[(path.count - 101)...].dropLast().firstIndex(of: EntryPath.slash), slash > 0,
            slash <= 155
        else { return nil }
        return slash + 1
    }

    /// `LENGTH path=PATH\n`, whose length counts its own digits.
    private static func record(_ path: [UInt8]) -> [UInt8] {
        let body = " path=".utf8 + path + [0x0A]
        var length = body.count
        while String(length).utf8.count + body.count != length { length = String(length).utf8.count + body.count }
        return String(length).utf8 + body
    }

    private mutating func make(
        name: ArraySlice<UInt8>, prefix: ArraySlice<UInt8>, mode: UInt64, size: UInt64, type: UInt8
    ) {
        for index in block.indices { block[index] = 0 }
        set(0, name)
        octal(mode, at: 100, digits: 7)
        octal(0, at: 108, digits: 7)
        octal(0, at: 116, digits: 7)
        octal(size, at: 124, digits: 11)
        octal(Self.modified, at: 136, digits: 11)
        block[156] = type
        set(257, "ustar\u{0}00".utf8)
        octal(0, at: 329, digits: 7)
        octal(0, at: 337, digits: 7)
        set(TarHeader.prefixOffset, prefix)
        // The checksum counts its own field as spaces; it is six digits, NUL, space.
        set(148, repeatElement(0x20, count: 8))
        let sum = block.reduce(0 as UInt64) { $0 + UInt64($1) }
        octal(sum, at: 148, digits: 6)
        block[154] = 0
    }

    private mutating func set(_ offset: Int, _ bytes: some Sequence<UInt8>) {
        for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
    }

    private mutating func octal(_ value: UInt64, at offset: Int, digits: Int) {
        for index in 0..<digits {
            block[offset + digits - 1 - index] = UInt8(ascii: "0") + UInt8(value >> UInt64(3 * index) & 7)
        }
    }
}
