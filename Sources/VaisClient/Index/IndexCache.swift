package import VaisModel
internal import VaisProtocol

/// The indexes of one registry as they were last fetched, in one file: read with one system call, written once at the end.
///
///     "VAISIDX1" | serial: u64 | count: u32 | count × (name: u8 + bytes, etag: u8 + bytes, length: u32) | bodies
///
/// Numbers are little-endian. A file that is damaged in any way counts as empty: everything in it can be fetched again.
package struct IndexCache: Sendable {
    package struct Entry: Sendable {
        package var etag: String
        package var body: ArraySlice<UInt8>
    }

    /// The registry's serial at which every entry is known to have been right.
    package var serial: UInt64 = 0
    package private(set) var entries: [PackageName: Entry] = [:]

    private static let magic = Array("VAISIDX1".utf8)

    package init() {}

    package init(reading file: String) {
        guard let bytes = try? Files.read(file, limit: 1 << 30), let cache = IndexCache(parsing: bytes) else { return }
        self = cache
    }

    package subscript(name: PackageName) -> Entry? {
        get { entries[name] }
        set { entries[name] = newValue }
    }

    private init?(parsing bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        guard reader.take(8).map(Array.init) == Self.magic, let serial = reader.number(8), let count = reader.number(4),
            count <= UInt64(bytes.count)
        else { return nil }
        self.serial = serial
        var heads: [(name: PackageName, etag: String, length: Int)] = []
        heads.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let nameBytes = reader.shortBytes(), let etag = reader.shortBytes(), let length = reader.number(4),
                let name = try? PackageName(parsing: String(decoding: nameBytes, as: UTF8.self))
            else { return nil }
            heads.append((name, String(decoding: etag, as: UTF8.self), Int(length)))
        }
        entries.reserveCapacity(heads.count)
        for head in heads {
            guard let body = reader.take(head.length) else { return nil }
            entries[head.name] = Entry(etag: head.etag, body: body)
        }
        guard reader.isAtEnd else { return nil }
    }

    /// Losing the cache loses time only, so it is not made durable, and failure to write it is no error.
    package func write(to file: String) {
        var bytes = Self.magic
        append(serial, 8, to: &bytes)
        append(UInt64(entries.count), 4, to: &bytes)
        let sorted = entries.sorted { $0.key < $1.key }
        for (name, entry) in sorted {
            bytes.append(UInt8(name.text.utf8.count))
            bytes += name.text.utf8
            let etag = entry.etag.utf8.count <= 255 ? entry.etag : ""
            bytes.append(UInt8(etag.utf8.count))
            bytes += etag.utf8
            append(UInt64(entry.body.count), 4, to: &bytes)
        }
        for (_, entry) in sorted { bytes += entry.body }
        try? Files.makeFolder(Files.parent(of: file))
        try? Files.write(bytes, to: file, durable: false)
    }

    private func append(_ number: UInt64, _ width: Int, to bytes: inout [UInt8]) {
        for position in 0..<width { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * position))) }
    }
}

/// Takes pieces off the front of some bytes.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - position else { return nil }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func number(_ width: Int) -> UInt64? {
        guard let part = take(width) else { return nil }
        var number: UInt64 = 0
        for byte in part.reversed() { number = number << 8 | UInt64(byte) }
        return number
    }

    mutating func shortBytes() -> ArraySlice<UInt8>? {
        guard let length = take(1)?.first else { return nil }
        return take(Int(length))
    }
}
