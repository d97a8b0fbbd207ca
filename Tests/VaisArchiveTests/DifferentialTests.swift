import ArchiveCorpus
import SeededRandom
import Testing

@testable import VaisArchive

/// The visitor that writes down all it is told: a path and the contents in hexadecimal per file.
private struct Listing: ArchiveVisitor {
    private(set) var lines: [String] = []

    mutating func folder(_ entry: ArchiveEntry) {}
    mutating func file(_ entry: ArchiveEntry) { lines.append(entry.pathText + "\t") }
    mutating func contents(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { lines[lines.count - 1] += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    }
    mutating func endFile() {}
}

@Suite("A damaged archive that is accepted") struct DifferentialTests {
    /// Reads every `N.tar.gz` with tarfile and compares it with what `N.txt` says.
    private static let script = """
        import glob, sys, tarfile
        for name in sorted(glob.glob(sys.argv[1] + '/*.tar.gz')):
            ours = dict(line.split('\\t') for line in open(name[:-7] + '.txt', encoding='utf-8').read().splitlines())
            with tarfile.open(name) as tar:
                theirs = {m.name: tar.extractfile(m).read().hex() if m.isreg() else 'no file' for m in tar if not m.isdir()}
            if ours != theirs: sys.exit('%s: we read %r, tarfile reads %r' % (name, ours, theirs))
        """

    @Test("holds the same files for another reader: none hidden, none longer or shorter")
    func sameFiles() throws {
        let scratch = try ScratchFolder()
        var random = SeededGenerator(seed: 41)
        var accepted = 0
        for round in 0..<1_500 {
            let damaged = Self.damage(Self.sample, &random)
            let archive = GzipBuilder.member(damaged, level: 1)
            let reader = try ArchiveReader(visitor: Listing())
            guard (try? reader.feed(archive)) != nil, (try? reader.finish()) != nil else { continue }
            accepted += 1
            try scratch.write("\(round).tar.gz", archive)
            try scratch.write("\(round).txt", reader.visitor.lines.joined(separator: "\n"))
        }
        #expect(accepted > 100)
        #expect(run(["python3", "-c", Self.script, scratch.path]) == 0, "seed 41")
    }

    private static let sample: [UInt8] = {
        var tar = TarBuilder()
        tar.file("vais.toml", HostileCase.manifest)
        tar.folder("src")
        tar.file("src/a", "hello")
        tar.pax([("path", Array("src/caf\u{E9}".utf8)), ("mtime", Array("1.5".utf8)), ("size", Array("600".utf8))])
        tar.entry(Array("b".utf8), contents: [UInt8](repeating: 0x62, count: 600))
        tar.file("last", "")
        tar.end()
        return tar.bytes
    }()

    /// Changes one to three bytes, mostly of headers, and mostly mends the header's checksum afterwards.
    private static func damage(_ tar: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let telling: [UInt8] = [0, 0x20, 0x2E, 0x2F, 0x30, 0x31, 0x37, 0x3D, 0x0A, 0x35, 0x67, 0x78, 0x80, 0xFF]
        let headers = stride(from: 0, to: tar.count, by: 512).filter {
            Array(tar[$0 + 257..<$0 + 262]) == Array("ustar".utf8)
        }
        var damaged = tar
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let isHeader = Int.random(in: 0..<5, using: &random) > 0
            let start =
                isHeader
                ? headers[Int.random(in: 0..<headers.count, using: &random)]
                : Int.random(in: 0..<tar.count / 512, using: &random) * 512
            let index = start + Int.random(in: 0..<512, using: &random)
            damaged[index] = telling[Int.random(in: 0..<telling.count, using: &random)]
            if isHeader, Int.random(in: 0..<5, using: &random) > 0 {
                var header = TarBuilder.Header()
                header.block = Array(damaged[start..<start + 512])
                header.sum()
                damaged.replaceSubrange(start..<start + 512, with: header.block)
            }
        }
        return damaged
    }
}
