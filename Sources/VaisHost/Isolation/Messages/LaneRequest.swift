/// One question on a lane. Its bytes lie in the lane's memory: `first`, and directly behind it `second`.
struct LaneRequest {
    var kind: FrameKind
    /// Of a digest: the position of its algorithm among those offered, and its number, given by the host.
    var algorithm: UInt16 = 0
    var context: UInt64 = 0
    var offset: UInt32 = 0
    /// Bytes to digest; a salt; a stored hash.
    var first: UInt32 = 0
    /// A secret.
    var second: UInt32 = 0

    /// Bytes of one lane's memory.
    static let memorySize = 256 << 10

    init(_ kind: FrameKind) { self.kind = kind }

    var message: [UInt8] {
        var writer = FrameWriter(kind)
        writer.number(algorithm)
        writer.number(context)
        writer.number(offset)
        writer.number(first)
        writer.number(second)
        return writer.bytes
    }

    init(_ message: UnsafeRawBufferPointer) throws(FrameFault) {
        var reader = FrameReader(message)
        kind = try reader.kind()
        algorithm = try reader.number(UInt16.self)
        context = try reader.number(UInt64.self)
        offset = try reader.number(UInt32.self)
        first = try reader.number(UInt32.self)
        second = try reader.number(UInt32.self)
        try reader.end()
    }

    /// The bytes in question.
    func bytes(in memory: UnsafeRawBufferPointer) throws(FrameFault) -> (
        first: UnsafeRawBufferPointer, second: UnsafeRawBufferPointer
    ) {
        let start = Int(offset), middle = start + Int(first), end = middle + Int(second)
        guard end <= memory.count else { throw FrameFault() }
        return (
            UnsafeRawBufferPointer(rebasing: memory[start..<middle]),
            UnsafeRawBufferPointer(rebasing: memory[middle..<end])
        )
    }
}
