internal import CVaisPlugin

/// Hash functions of a digest plugin, by the C table of "vais.digest/1".
struct RawDigest: @unchecked Sendable {
    struct Algorithm: @unchecked Sendable {
        let pointer: UnsafePointer<vais_algorithm>
        let name: String
        /// Bytes of the result.
        let size: Int
    }

    let table: vais_digest
    let algorithms: [Algorithm]
    /// A plugin that lists more has no end of its list.
    static let mostAlgorithms: UInt32 = 256

    init(_ plugin: PluginUnderTest) throws {
        guard let table = plugin.digest else { throw Inapplicable("vais.digest/1 is not offered") }
        self.table = table
        var algorithms: [Algorithm] = []
        var position: UInt32 = 0
        while position < Self.mostAlgorithms, let pointer = table.algorithm(position) {
            let name = UnsafeBufferPointer(
                start: pointer.pointee.name.data, count: min(64, Int(clamping: pointer.pointee.name.size)))
            algorithms.append(
                Algorithm(
                    pointer: pointer, name: String(decoding: name, as: UTF8.self),
                    size: min(1024, Int(pointer.pointee.digest_size))))
            position += 1
        }
        self.algorithms = algorithms
    }

    /// The digest of the pieces one after another.
    ///
    /// - Parameter capacity: what the plugin is told of the buffer; nil for the size of the digest.
    func atOnce(_ algorithm: Algorithm, _ pieces: [[UInt8]], capacity: Int? = nil) -> DigestAnswer {
        let arena = Arena()
        let spans = arena.array(pieces.map { arena.span($0) })
        return answer(algorithm.size, capacity) { out, capacity in
            table.oneshot(algorithm.pointer, spans, UInt32(pieces.count), out, capacity)
        }
    }

    func context(_ algorithm: Algorithm) throws -> RawDigestContext { try RawDigestContext(self, algorithm) }

    fileprivate func answer(
        _ size: Int, _ capacity: Int?, _ call: (UnsafeMutablePointer<UInt8>?, UInt64) -> vais_status
    ) -> DigestAnswer {
        let mark = UInt8(0xA5)
        var buffer = [UInt8](repeating: mark, count: size + 64)
        let capacity = capacity ?? size
        let status = buffer.withUnsafeMutableBufferPointer { call($0.baseAddress, UInt64(capacity)) }
        let overran = buffer[min(capacity, size)...].contains { $0 != mark }
        return DigestAnswer(status: status, bytes: Array(buffer.prefix(min(capacity, size))), overran: overran)
    }
}

/// What a call that writes a digest answered.
struct DigestAnswer: Equatable, CustomStringConvertible {
    var status: vais_status
    var bytes: [UInt8]
    /// Whether something was written behind the digest, or behind the buffer.
    var overran: Bool

    static func digest(_ bytes: [UInt8]) -> DigestAnswer { DigestAnswer(status: VAIS_OK, bytes: bytes, overran: false) }

    var description: String {
        guard status == VAIS_OK else { return statusName(status) + (overran ? ", and bytes behind the buffer" : "") }
        return hexText(bytes) + (overran ? ", and bytes behind it" : "")
    }
}

/// One running hash.
final class RawDigestContext: @unchecked Sendable {
    let algorithm: RawDigest.Algorithm
    private let library: RawDigest
    private let handle: OpaquePointer

    init(_ library: RawDigest, _ algorithm: RawDigest.Algorithm) throws {
        var opened: OpaquePointer?
        let status = library.table.context_new(algorithm.pointer, &opened)
        guard status == VAIS_OK, let opened else { throw Refusal("context_new answered \(statusName(status))") }
        handle = opened
        self.library = library
        self.algorithm = algorithm
    }

    deinit { library.table.context_free(handle) }

    func update(_ bytes: [UInt8]) throws {
        let status = bytes.withUnsafeBufferPointer {
            library.table.context_update(
                handle, vais_span(data: $0.isEmpty ? nil : $0.baseAddress, size: UInt64($0.count)))
        }
        guard status == VAIS_OK else { throw Refusal("context_update answered \(statusName(status))") }
    }

    func finish(capacity: Int? = nil) -> DigestAnswer {
        library.answer(algorithm.size, capacity) { library.table.context_final(handle, $0, $1) }
    }

    func reset() throws {
        let status = library.table.context_reset(handle)
        guard status == VAIS_OK else { throw Refusal("context_reset answered \(statusName(status))") }
    }
}

/// Lower-case hexadecimal digits.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { text, byte in text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
