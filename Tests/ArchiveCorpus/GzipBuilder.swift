internal import CZlib

/// Makes gzip members, sound or spoiled.
package enum GzipBuilder {
    /// Which fields of the trailer to falsify.
    package enum Spoil { case nothing, crc, length }

    /// One member around `contents`. `flags` and `extra` go into the header as they are.
    package static func member(
        _ contents: [UInt8], flags: UInt8 = 0, extra: [UInt8] = [], spoil: Spoil = .nothing, level: Int32 = 6
    ) -> [UInt8] {
        var body = Body(level: level)
        body.add(contents)
        return member(body, flags: flags, extra: extra, spoil: spoil)
    }

    /// One member around `count` zero bytes, which are never all in memory.
    package static func zeros(_ count: Int, after start: [UInt8]) -> [UInt8] {
        var body = Body(level: 9)
        body.add(start)
        let piece = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<(count >> 20) { body.add(piece) }
        return member(body)
    }

    /// One member around blocks that are made one after the other.
    package static func stream(_ pieces: some Sequence<[UInt8]>) -> [UInt8] {
        var body = Body(level: 1)
        for piece in pieces { body.add(piece) }
        return member(body)
    }

    private static func member(
        _ body: Body, flags: UInt8 = 0, extra: [UInt8] = [], spoil: Spoil = .nothing
    ) -> [UInt8] {
        var body = body
        let deflated = body.finish()
        let header: [UInt8] = [0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 255]
        let crc = UInt32(truncatingIfNeeded: body.crc) ^ (spoil == .crc ? 1 : 0)
        let length = UInt32(truncatingIfNeeded: body.length) &+ (spoil == .length ? 1 : 0)
        return header + extra + deflated + littleEndian(crc) + littleEndian(length)
    }

    package static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// A raw deflate stream in the making.
    private struct Body {
        private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        private var output: [UInt8] = []
        private(set) var crc: uLong = 0
        private(set) var length = 0

        init(level: Int32) {
            stream.initialize(to: z_stream())
            deflateInit2_(
                stream, level, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
        }

        mutating func add(_ bytes: [UInt8]) {
            length += bytes.count
            bytes.withUnsafeBufferPointer { crc = crc32(crc, $0.baseAddress, UInt32($0.count)) }
            run(bytes, Z_NO_FLUSH)
        }

        mutating func finish() -> [UInt8] {
            run([], Z_FINISH)
            deflateEnd(stream)
            stream.deallocate()
            return output
        }

        private mutating func run(_ bytes: [UInt8], _ flush: Int32) {
            var bytes = bytes
            bytes.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(input.count)
                var room = [UInt8](repeating: 0, count: 64 << 10)
                repeat {
                    let made = room.withUnsafeMutableBufferPointer { buffer in
                        stream.pointee.next_out = buffer.baseAddress
                        stream.pointee.avail_out = UInt32(buffer.count)
                        deflate(stream, flush)
                        return buffer.count - Int(stream.pointee.avail_out)
                    }
                    output.append(contentsOf: room[..<made])
                } while stream.pointee.avail_out == 0
            }
        }
    }
}
