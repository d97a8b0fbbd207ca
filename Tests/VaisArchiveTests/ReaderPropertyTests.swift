import ArchiveCorpus
import SeededRandom
import Testing

@testable import VaisArchive

@Suite("The reader") struct ReaderPropertyTests {
    @Test("refuses an archive cut short at any byte")
    func truncation() {
        let bytes = HostileCase.plain()
        for length in 0..<bytes.count {
            #expect(inspect(Array(bytes[..<length])).code == "truncated", "cut to \(length)")
        }
    }

    @Test("refuses a tar cut short at any block boundary and between")
    func tarTruncation() {
        let tar = HostileCase.plainTar()
        for length in stride(from: 0, to: tar.count, by: 128) {
            #expect(inspect(GzipBuilder.member(Array(tar[..<length]))).code == "truncated", "cut to \(length)")
        }
    }

    @Test("refuses a flipped bit anywhere, unless it changes nothing that is inside")
    func bitFlips() throws {
        let bytes = HostileCase.plain()
        let sound = try inspect(bytes).get()
        var accepted = 0
        for index in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[index / 8] ^= 1 << UInt8(index % 8)
            guard case .success(let inspection) = inspect(damaged) else { continue }
            accepted += 1
            #expect(inspection.manifest == sound.manifest && inspection.totals == sound.totals, "bit \(index)")
        }
        // Time, extra flags and system in the header are ignored, as is the text flag; and deflate can say some things,
        // such as a run of zeros, in more than one way.
        #expect(accepted >= 49 && accepted < bytes.count / 2)
    }

    @Test("survives every flipped bit of the tar inside, and what it accepts stays in its folder")
    func tarBitFlips() throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("outer")
        let tar = HostileCase.plainTar()
        var random = SeededGenerator(seed: 20)
        for round in 0..<600 {
            var damaged = tar
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let block = Int.random(in: 0..<tar.count / 512, using: &random) * 512
                damaged[block + Int.random(in: 0..<512, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                // Half of the time the checksum is made to fit, so that the damage reaches the fields' own checks.
                if Bool.random(using: &random) { Self.sum(&damaged, block) }
            }
            let destination = "\(scratch.path)/outer/package"
            if let unpacker = try? ArchiveUnpacker(destination: destination) {
                try? unpacker.feed(GzipBuilder.member(damaged))
                if (try? unpacker.finish()) != nil { _ = try unpacker.commit() }
            }
            let left = try scratch.tree("outer").filter { !$0.hasPrefix("package/") }
            #expect(left.isEmpty, "round \(round) of seed 20: \(left)")
            run(["rm", "-rf", destination])
        }
    }

    private static func sum(_ tar: inout [UInt8], _ block: Int) {
        var header = TarBuilder.Header()
        header.block = Array(tar[block..<block + 512])
        header.sum()
        tar.replaceSubrange(block..<block + 512, with: header.block)
    }

    @Test("survives random bytes in place of any part")
    func randomBytes() {
        var random = SeededGenerator(seed: 7)
        let tar = HostileCase.plainTar()
        for round in 0..<300 {
            var damaged = tar
            let start = Int.random(in: 0..<tar.count, using: &random)
            let end = Int.random(in: start...min(tar.count, start + 600), using: &random)
            for index in start..<end { damaged[index] = UInt8(truncatingIfNeeded: random.next()) }
            if case .success(let inspection) = inspect(GzipBuilder.member(damaged)) {
                #expect(inspection.totals.files <= 4, "round \(round) of seed 7")
            }
            let noise = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(inspect(Array(HostileCase.plain().prefix(10)) + noise).code != nil, "round \(round) of seed 7")
        }
    }

    @Test("sees the same package however the archive is cut")
    func chunks() throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        let bytes = try pack("\(scratch.path)/package")
        let whole = try inspect(bytes).get()
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5 {
            let inspector = try ArchiveInspector()
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...20_000, using: &random))
                try inspector.feed(Array(bytes[start..<end]))
                start = end
            }
            #expect(try inspector.finish().totals == whole.totals)
        }
        #expect(try inspect(bytes, pieces: 1).get().manifest == whole.manifest)
    }

    @Test("judges the growth of an archive at the same places however it is cut")
    func ratioDoesNotDependOnChunks() {
        // Zeros first and noise after: whether the growth is noticed at all depends on where one looks.
        for zeroMegabytes in [7, 9, 10, 11, 12] {
            var tar = TarBuilder()
            tar.file("vais.toml", HostileCase.manifest)
            tar.entry(Array("zeros".utf8), contents: [UInt8](repeating: 0, count: zeroMegabytes << 20))
            tar.entry(Array("noise".utf8), contents: SampleTree.large)
            tar.end()
            let bytes = GzipBuilder.member(tar.bytes)
            let whole = inspect(bytes).code
            for size in [1_000, 16_384, 100_000] { #expect(inspect(bytes, pieces: size).code == whole) }
        }
    }

    @Test("keeps to its first error")
    func firstErrorIsFinal() throws {
        let inspector = try ArchiveInspector()
        #expect(throws: ArchiveError.self) { try inspector.feed(Array("PK".utf8)) }
        let again = #expect(throws: ArchiveError.self) { try inspector.feed(HostileCase.plain()) }
        #expect(again?.code == .format)
        let end = #expect(throws: ArchiveError.self) { _ = try inspector.finish() }
        #expect(end?.code == .format)
    }

    @Test("refuses an archive larger than the limit before the rest has come")
    func packedLimit() throws {
        var limits = ArchiveLimits.standard
        limits.packedBytes = 100
        let inspector = try ArchiveInspector(limits: limits)
        let error = #expect(throws: ArchiveError.self) { try inspector.feed(HostileCase.plain()) }
        #expect(error?.code == .tooLarge)
    }

    @Test("cuts a long README between two characters")
    func longReadme() throws {
        var tar = TarBuilder()
        tar.file("vais.toml", HostileCase.manifest)
        tar.file("README.md", "x" + String(repeating: "\u{E9}", count: ArchiveInspector.mostReadmeBytes))
        tar.file("README", "not this one")
        tar.end()
        let readme = try #require(try inspect(GzipBuilder.member(tar.bytes)).get().readme)
        #expect(readme.isCut && readme.name == "README.md")
        #expect(readme.bytes.count == ArchiveInspector.mostReadmeBytes - 1)
        #expect(String(validating: readme.bytes, as: UTF8.self) != nil)
    }

    @Test("33: bounds what names cost in memory, not only how many there are")
    func nameBytes() throws {
        var limits = ArchiveLimits.standard
        limits.nameBytes = 100
        let inspector = try ArchiveInspector(limits: limits)
        var tar = TarBuilder()
        tar.file("vais.toml", HostileCase.manifest)
        tar.file(String(repeating: "n", count: 60))
        tar.file(String(repeating: "m", count: 60))
        tar.end()
        let error = #expect(throws: ArchiveError.self) { try inspector.feed(GzipBuilder.member(tar.bytes)) }
        #expect(error?.code == .entries)
    }
}
