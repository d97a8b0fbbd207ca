internal import CVaisShim
internal import Glibc

/// What a process writes to its standard streams, mostly a library's complaint before it gives up: the first 4 KiB, kept in memory. What does
/// not fit, the process cannot write.
final class LastWords: Sendable {
    private static let size = 4096

    /// For the process to write to; -1 when the system has no descriptors left.
    let descriptor: Int32

    init() { descriptor = vais_shared_memory("vais-plugin-words", UInt(Self.size)) }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// On one line; nil for nothing.
    var text: String? {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let lines = bytes.prefix(max(0, count)).prefix { $0 != 0 }.split(separator: UInt8(ascii: "\n"))
        guard !lines.isEmpty else { return nil }
        return plainText(
            lines.suffix(2).map { String(decoding: $0, as: UTF8.self) }.joined(separator: " / "), limit: 300)
    }
}
