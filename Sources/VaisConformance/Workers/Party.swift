internal import Glibc

/// A worker process, as the check that started it sees it.
final class Party {
    private let process: KitProcess
    /// How long it may be silent, in nanoseconds.
    private static let patience: UInt64 = 60_000_000_000

    init(_ bench: Bench, _ part: Worker.Part, _ folder: String, count: Int = 0) throws {
        process = try KitProcess(
            .current,
            KitJob(
                task: .work, plugin: bench.plugin.path, configuration: bench.plugin.configuration, seed: bench.seed,
                level: bench.level, folder: folder, part: part.rawValue, count: count))
    }

    /// The next line of words; nil when the process has ended.
    func next() throws -> String? {
        switch process.line(until: monotonicNow() + Self.patience) {
        case .text(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .end: return nil
        case .timeout:
            throw Refusal("another process on the same data did not answer for \(Self.patience / 1_000_000_000) s")
        }
    }

    /// All lines to the end.
    func rest() throws -> [String] {
        var lines: [String] = []
        while let line = try next() { lines.append(line) }
        return lines
    }

    func kill() { process.kill() }

    /// How it ended; waits for it.
    var end: KitProcess.End? { process.wait(until: monotonicNow() + Self.patience) }
}
