internal import Glibc

/// Bytes that can be read at any place: an open file, or a test's array.
protocol ByteSource {
    var size: UInt64 { get }
    /// Exactly the bytes asked for, or nil when there are fewer.
    func read(_ offset: UInt64, _ count: UInt64) -> [UInt8]?
}

extension ByteSource {
    func bytes(_ offset: UInt64, _ count: UInt64) throws(ELFFault) -> [UInt8] {
        let end = offset.addingReportingOverflow(count)
        guard !end.overflow, end.partialValue <= size, let bytes = read(offset, count) else {
            throw .truncated(self, end.overflow ? nil : end.partialValue)
        }
        return bytes
    }
}

/// An open regular file. The descriptor belongs to the caller.
struct FileSource: ByteSource {
    var descriptor: Int32
    var size: UInt64

    func read(_ offset: UInt64, _ count: UInt64) -> [UInt8]? {
        guard let count = Int(exactly: count), offset <= UInt64(Int64.max) else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let base = buffer.baseAddress {
                let got = pread(descriptor, base + filled, count - filled, off_t(offset) + off_t(filled))
                if got < 0 && errno == EINTR { continue }
                if got <= 0 { return }
                filled += got
            }
        }
        return bytes.count == count ? bytes : nil
    }
}

extension [UInt8] {
    /// The little-endian number at `position`, nil when it does not lie within the bytes.
    func u16(_ position: UInt64) -> UInt16? { number(position, 2).map { UInt16(truncatingIfNeeded: $0) } }
    func u32(_ position: UInt64) -> UInt32? { number(position, 4).map { UInt32(truncatingIfNeeded: $0) } }
    func u64(_ position: UInt64) -> UInt64? { number(position, 8) }

    private func number(_ position: UInt64, _ size: UInt64) -> UInt64? {
        guard UInt64(count) >= size, position <= UInt64(count) - size else { return nil }
        let start = Int(position)
        return (0..<Int(size)).reduce(0) { $0 | UInt64(self[start + $1]) << (8 * UInt64($1)) }
    }
}
