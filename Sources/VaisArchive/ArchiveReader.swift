/// Reads a `.tar.gz` that arrives in chunks of any size, under the limits, and hands what it holds to a visitor.
///
/// The registry and the client run this same reader, so what one accepts the other does. The verdict depends only on the
/// bytes, never on how they were cut. The first error is final: later calls throw it again. Memory is one buffer, zlib's
/// window and the names seen. Not safe for use from two threads at once; it may move between threads.
package final class ArchiveReader<Visitor: ArchiveVisitor> {
    private let tar: TarReader<Visitor>
    private let gzip: GzipDecoder
    private let limits: ArchiveLimits
    /// Inflated bytes; those in `start..<end` are not used yet.
    private let buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var packedBytes: UInt64 = 0
    private var failure: ArchiveError?

    /// Large enough that most files go to the visitor in one piece.
    private static var bufferSize: Int { 256 << 10 }
    /// An unfinished file smaller than this is moved to the front of the buffer rather than handed over in two pieces:
    /// copying it costs less than a second system call.
    private static var mostMoved: Int { 32 << 10 }

    /// Throws `.io` when there is no memory for zlib.
    package init(visitor: Visitor, limits: ArchiveLimits = .standard) throws(ArchiveError) {
        self.limits = limits
        gzip = try GzipDecoder(limits: limits)
        tar = TarReader(visitor: visitor, limits: limits)
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 64)
    }

    deinit { buffer.deallocate() }

    package var visitor: Visitor { tar.visitor }

    /// Takes the next chunk, which is not kept. Throws the archive's refusal, or what the visitor threw.
    package func feed(_ chunk: UnsafeRawBufferPointer) throws(ArchiveError) {
        if let failure { throw failure }
        do {
            try read(chunk)
        } catch {
            failure = error
            throw error
        }
    }

    /// Says that the last chunk has been fed. Throws unless the archive was complete and holds a package.
    package func finish() throws(ArchiveError) -> ArchiveTotals {
        if let failure { throw failure }
        do {
            try gzip.finish()
            try tar.finish(unused: end - start)
        } catch {
            failure = error
            throw error
        }
        var totals = tar.totals
        totals.packedBytes = packedBytes
        return totals
    }

    private func read(_ chunk: UnsafeRawBufferPointer) throws(ArchiveError) {
        packedBytes += UInt64(chunk.count)
        guard packedBytes <= limits.packedBytes else {
            throw ArchiveError(.tooLarge, "the archive is larger than \(limits.packedBytes) bytes")
        }
        var input = chunk
        while true {
            var output = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
            let progress = try gzip.step(&input, &output)
            end = buffer.count - output.count
            try useBuffer()
            if case .needsInput = progress { return }
        }
    }

    /// Lets the tar reader take what it can, and leaves room for more behind the rest.
    private func useBuffer() throws(ArchiveError) {
        start += try tar.read(UnsafeRawBufferPointer(rebasing: buffer[start..<end]), drain: false)
        if start == end {
            start = 0
            end = 0
        } else if end == buffer.count {
            if end - start > Self.mostMoved {
                start += try tar.read(UnsafeRawBufferPointer(rebasing: buffer[start..<end]), drain: true)
            }
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[start..<end])
            buffer.copyMemory(from: UnsafeRawBufferPointer(rest))
            end -= start
            start = 0
        }
    }
}

extension ArchiveReader {
    package func feed(_ bytes: [UInt8]) throws(ArchiveError) {
        var failure: ArchiveError?
        bytes.withUnsafeBytes { chunk in
            do throws(ArchiveError) { try feed(chunk) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
