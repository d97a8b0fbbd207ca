internal import CZlib

/// Reads one gzip member (RFC 1952) and refuses whatever follows it.
///
/// zlib inflates the body in raw mode; header and trailer are read here, because zlib would accept a second member and
/// leave trailing bytes to the caller. Not safe for use from two threads at once.
final class GzipDecoder {
    /// What `step` has come to.
    enum Progress {
        /// All input is used up; more is needed.
        case needsInput
        /// Output was written or input was taken; call again.
        case advanced
    }

    private enum State {
        case header(GzipHeader)
        case body
        case trailer(collected: Int, value: UInt64)
        case done
    }

    private var state = State.header(GzipHeader())
    private let stream: UnsafeMutablePointer<z_stream>
    private var crc: uLong = 0
    /// Bytes of the body that inflate has taken.
    private var bodyBytes: UInt64 = 0
    /// The last output was filled to the brim, so zlib may hold more of it.
    private var mayHoldOutput = false
    /// Bytes of the member so far, header and trailer included.
    private(set) var packedBytes: UInt64 = 0
    private(set) var unpackedBytes: UInt64 = 0
    private let limits: ArchiveLimits

    /// The ratio is looked at whenever the body has reached a multiple of this, so that the verdict on an archive does not
    /// depend on how the network cut it. 16 KiB inflate to 16.5 MiB at most.
    private static let ratioStep: UInt64 = 16 << 10

    /// Throws `.io` when zlib has no memory.
    init(limits: ArchiveLimits) throws(ArchiveError) {
        self.limits = limits
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw ArchiveError(.io, "cannot start zlib (status \(status))")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    var isDone: Bool { if case .done = state { true } else { false } }

    /// Takes bytes from the front of `input` and writes what they inflate to at the front of `output`, advancing both.
    func step(
        _ input: inout UnsafeRawBufferPointer, _ output: inout UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> Progress {
        switch state {
        case .header(var header):
            guard let byte = input.first else { return .needsInput }
            let isComplete = try header.take(byte)
            take(1, of: &input)
            state = isComplete ? .body : .header(header)
            return .advanced
        case .body:
            return try inflateSome(&input, &output)
        case .trailer(let collected, let value):
            guard let byte = input.first else { return .needsInput }
            take(1, of: &input)
            try takeTrailer(collected: collected + 1, value: value | UInt64(byte) << (8 * UInt64(collected)))
            return .advanced
        case .done:
            guard let byte = input.first else { return .needsInput }
            throw ArchiveError(
                .trailing,
                byte == 0x1F ? "a second gzip member follows the archive" : "bytes follow the end of the gzip data")
        }
    }

    /// Throws `.truncated` unless the trailer has been read.
    func finish() throws(ArchiveError) {
        guard packedBytes > 0 else { throw ArchiveError(.truncated, "the archive is empty") }
        guard isDone else { throw ArchiveError(.truncated, "the archive ends in the middle of its gzip data") }
    }

    private func take(_ count: Int, of input: inout UnsafeRawBufferPointer) {
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(count))
        packedBytes += UInt64(count)
    }

    private func inflateSome(
        _ input: inout UnsafeRawBufferPointer, _ output: inout UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> Progress {
        let untilCheck = Self.ratioStep - bodyBytes % Self.ratioStep
        let isAtCheck = untilCheck == Self.ratioStep
        let offered = isAtCheck && mayHoldOutput ? 0 : min(input.count, Int(untilCheck))
        let room = min(output.count, Int(UInt32.max))
        // zlib's interface is not const-correct: it reads `next_in` only.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: Bytef.self))
        stream.pointee.avail_in = UInt32(offered)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = UInt32(room)
        let status = inflate(stream, Z_NO_FLUSH)
        let taken = offered - Int(stream.pointee.avail_in)
        let made = room - Int(stream.pointee.avail_out)
        if made > 0 {
            crc = crc32(crc, output.baseAddress?.assumingMemoryBound(to: Bytef.self), UInt32(made))
            output = UnsafeMutableRawBufferPointer(rebasing: output.dropFirst(made))
            unpackedBytes += UInt64(made)
        }
        take(taken, of: &input)
        bodyBytes += UInt64(taken)
        mayHoldOutput = made == room

        switch status {
        case Z_STREAM_END:
            state = .trailer(collected: 0, value: 0)
        case Z_OK, Z_BUF_ERROR:
            // With room left in the output, all that the bytes so far inflate to is out.
            if bodyBytes % Self.ratioStep == 0, !mayHoldOutput { try checkRatio() }
        default:
            throw ArchiveError(.format, "the compressed data is damaged")
        }
        return input.isEmpty && !mayHoldOutput && status != Z_STREAM_END ? .needsInput : .advanced
    }

    private func checkRatio() throws(ArchiveError) {
        guard !limits.isBomb(unpacked: unpackedBytes, packed: packedBytes) else {
            throw ArchiveError(.ratio, "the archive grows more than \(limits.ratio)-fold when unpacked")
        }
    }

    /// CRC-32 and length of the contents, little-endian (RFC 1952 section 2.3.1).
    private func takeTrailer(collected: Int, value: UInt64) throws(ArchiveError) {
        guard collected == 8 else {
            state = .trailer(collected: collected, value: value)
            return
        }
        guard UInt32(truncatingIfNeeded: value) == UInt32(truncatingIfNeeded: crc) else {
            throw ArchiveError(.checksum, "the CRC-32 of the gzip data is wrong")
        }
        guard value >> 32 == unpackedBytes & 0xFFFF_FFFF else {
            throw ArchiveError(.checksum, "the length in the gzip trailer is wrong")
        }
        try checkRatio()
        state = .done
    }
}
