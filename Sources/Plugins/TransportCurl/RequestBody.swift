import CPluginSupport
import CVaisPlugin

/// The body of a request on its way from the host to libcurl. The first bytes are kept, so that a small body can be
/// sent again when a kept-alive connection turns out to be dead: the host gives its bytes only once.
struct RequestBody {
    private static let keptSize = 64 << 10

    /// nil: unknown.
    private let size: UInt64?
    private var asked: UInt64 = 0
    private var kept: [UInt8] = []
    private var keepsAll = true
    /// Where in `kept` libcurl is reading again.
    private var position = 0

    init(size: UInt64) { self.size = size == UInt64.max ? nil : size }

    enum Piece {
        case bytes(Int)
        case failed(vais_status, String)
    }

    /// Fills the buffer with the next bytes; 0 at the end.
    mutating func read(
        into buffer: UnsafeMutableBufferPointer<UInt8>, from source: (UnsafeMutablePointer<UInt8>?, UInt64) -> UInt64
    ) -> Piece {
        if position < kept.count {
            let count = min(buffer.count, kept.count - position)
            for index in 0..<count { buffer[index] = kept[position + index] }
            position += count
            return .bytes(count)
        }
        let capacity = min(UInt64(buffer.count), (size ?? UInt64.max) - asked)
        guard capacity > 0 else { return .bytes(0) }
        let count = source(buffer.baseAddress, capacity)
        guard count != UInt64.max else { return .failed(VAIS_CANCELLED, "the sender gave up its own upload") }
        guard count <= capacity else { return .failed(VAIS_INVALID, "more bytes of body than the buffer holds") }
        if count == 0, let size {
            return .failed(VAIS_INVALID, "the body ended after \(asked) of \(size) bytes")
        }
        asked += count
        keep(UnsafeBufferPointer(rebasing: buffer[..<Int(count)]))
        return .bytes(Int(count))
    }

    /// Goes back to an earlier place; false when its bytes are gone.
    mutating func seek(to offset: Int64) -> Bool {
        guard keepsAll, let offset = Int(exactly: offset), (0...kept.count).contains(offset) else { return false }
        position = offset
        return true
    }

    private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard keepsAll else { return }
        guard kept.count + bytes.count <= Self.keptSize else {
            keepsAll = false
            kept = []
            position = 0
            return
        }
        kept.append(contentsOf: bytes)
        position = kept.count
    }
}
