internal import CZlib

/// Writes one gzip member whose bytes depend on the contents alone.
///
/// The header carries no time and no name, and 255 (unknown) as operating system; level and window are fixed; and zlib is
/// always fed whole buffers, so how the contents came makes no difference.
/// The deflate stream itself is zlib's, whose versions since 1.2.12 agree; a zlib replacement may choose other matches.
struct GzipEncoder: ~Copyable {
    private static let level: Int32 = 6
    private static let memoryLevel: Int32 = 8
    private static let bufferSize = 64 << 10

    private let stream: UnsafeMutablePointer<z_stream>
    private let input: UnsafeMutableRawBufferPointer
    private let output: UnsafeMutableRawBufferPointer
    private var filled = 0
    private var crc: uLong = 0
    private var length: UInt32 = 0

    /// Throws `.io` when zlib has no memory.
    init() throws(ArchiveError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        input = .allocate(byteCount: Self.bufferSize, alignment: 64)
        output = .allocate(byteCount: Self.bufferSize, alignment: 64)
        let status = deflateInit2_(
            stream, Self.level, Z_DEFLATED, -MAX_WBITS, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw ArchiveError(.io, "cannot start zlib (status \(status))") }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
        input.deallocate()
        output.deallocate()
    }

    mutating func begin(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        try header.withUnsafeBytes(sink)
    }

    mutating func write(
        _ bytes: UnsafeRawBufferPointer, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var rest = bytes
        while !rest.isEmpty {
            let room = try space(sink)
            let count = min(room.count, rest.count)
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
            used(count)
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Room in the input buffer, never empty, for a caller that fills it itself and then says how much with `used`.
    mutating func space(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws -> UnsafeMutableRawBufferPointer {
        if filled == input.count { try deflateInput(Z_NO_FLUSH, sink) }
        return UnsafeMutableRawBufferPointer(rebasing: input[filled...])
    }

    mutating func used(_ count: Int) { filled += count }

    mutating func finish(_ sink: (UnsafeRawBufferPointer) throws -> Void) throws {
        try deflateInput(Z_FINISH, sink)
        let trailer = [UInt32(truncatingIfNeeded: crc).littleEndian, length.littleEndian]
        try trailer.withUnsafeBytes(sink)
    }

    private mutating func deflateInput(
        _ flush: Int32, _ sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let start = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        crc = crc32(crc, start, UInt32(filled))
        length &+= UInt32(truncatingIfNeeded: filled)
        stream.pointee.next_in = start
        stream.pointee.avail_in = UInt32(filled)
        filled = 0
        repeat {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
            stream.pointee.avail_out = UInt32(output.count)
            guard deflate(stream, flush) != Z_STREAM_ERROR else {
                throw ArchiveError(.io, "zlib reports an inconsistent state")
            }
            let made = output.count - Int(stream.pointee.avail_out)
            if made > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<made])) }
        } while stream.pointee.avail_out == 0
    }
}
