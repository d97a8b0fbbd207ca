internal import CZlib

/// Compresses a whole document as one gzip member; nil when that fails or gains nothing.
func gzip(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 200, bytes.count <= Int(UInt32.max) else { return nil }
    var stream = z_stream()
    // 16 more window bits ask zlib for gzip framing.
    guard
        deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            == Z_OK
    else { return nil }
    defer { deflateEnd(&stream) }
    var input = bytes
    let count = input.count
    let packed = [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, uLong(count)))) { output, made in
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(clamping: output.count)
            made = deflate(&stream, Z_FINISH) == Z_STREAM_END ? output.count - Int(stream.avail_out) : 0
        }
    }
    return packed.isEmpty || packed.count >= count ? nil : packed
}
