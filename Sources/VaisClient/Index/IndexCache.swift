package import VaisModel
internal import VaisProtocol

/// The indexes of one registry as they were last fetched, in one file: read with one system call, written once at the end.
///
///     "VAISIDX2" | address: u32 + bytes | serial: u64 | count: u32
///     count × (stale: u8, name: u8 + bytes, etag: u8 + bytes, length: u32) | bodies
///
/// Numbers are little-endian. A file that is damaged in any way, or is another registry's, counts as empty: everything in it can be
/// fetched again.
package struct IndexCache: Sendable {
    package struct Entry: Sendable, Equatable {
        package var etag: String
        package var body: ArraySlice<UInt8>
        /// Known to have changed since. It is kept to be compared with what comes in its place.
        package var isStale = false
    }

    /// The registry's serial at which every entry that is not stale is known to have been right.
    package var serial: UInt64 = 0
    package private(set) var entries: [PackageName: Entry] = [:]
    private let address: String

    private static let magic = Array("VAISIDX2".utf8)

    package init(of address: RegistryAddress) { self.address = address.description }

    package init(of address: RegistryAddress, reading file: String) {
        self.init(of: address)
        if let bytes = try? Files.read(file, limit: 1 << 30), let cache = IndexCache(address, parsing: bytes) {
            self = cache
        }
    }

    package subscript(name: PackageName) -> Entry? {
        get { entries[name] }
        set { entries[name] = newValue }
    }

    package mutating func markStale(_ names: some Sequence<PackageName>) {
        for name in names { entries[name]?.isStale = true }
    }

    private init?(_ address: RegistryAddress, parsing bytes: [UInt8]) {
        self.init(of: address)
        var reader = ByteReader(bytes)
        guard reader.take(8).map(Array.init) == Self.magic, let length = reader.number(4),
            length <= UInt64(bytes.count),
            let written = reader.take(Int(length)), written.elementsEqual(self.address.utf8),
            let serial = reader.number(8), let count = reader.number(4), count <= UInt64(bytes.count)
        else { return nil }
        self.serial = serial
        var heads: [(name: PackageName, entry: Entry, length: Int)] = []
        heads.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let stale = reader.number(1), let nameBytes = reader.shortBytes(), let etag = reader.shortBytes(),
                let length = reader.number(4),
                let name = try? PackageName(parsing: String(decoding: nameBytes, as: UTF8.self))
            else { return nil }
            let entry = Entry(etag: String(decoding: etag, as: UTF8.self), body: [], isStale: stale != 0)
            heads.append((name, entry, Int(length)))
        }
        entries.reserveCapacity(heads.count)
        for var head in heads {
            guard let body = reader.take(head.length) else { return nil }
            head.entry.body = body
            entries[head.name] = head.entry
        }
        guard reader.isAtEnd else { return nil }
    }

    /// Losing the cache loses time only, so it is not made durable, and failure to write it is no error.
    package func write(to file: String) {
        var bytes = Self.magic
        append(UInt64(address.utf8.count), 4, to: &bytes)
        bytes += address.utf8
        append(serial, 8, to: &bytes)
        append(UInt64(entries.count), 4, to: &bytes)
        let sorted = entries.sorted { $0.key < $1.key }
        for (name, entry) in sorted {
            bytes.append(entry.isStale ? 1 : 0)
            bytes.append(UInt8(name.text.utf8.count))
            bytes += name.text.utf8
            let etag = entry.etag.utf8.count <= 255 ? entry.etag : ""
            bytes.append(UInt8(etag.utf8.count))
            bytes += etag.utf8
            append(UInt64(entry.body.count), 4, to: &bytes)
        }
        bytes.reserveCapacity(bytes.count + sorted.reduce(0) { $0 + $1.value.body.count })
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
