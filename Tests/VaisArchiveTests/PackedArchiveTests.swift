import ArchiveCorpus
import Glibc
import Testing

@testable import VaisArchive

@Suite("A packed archive") struct PackedArchiveTests {
    @Test("unpacks to the tree it was made of")
    func identity() throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        try scratch.write("archive.tar.gz", pack("\(scratch.path)/package"))
        let (totals, outcome) = try ArchiveUnpacker.unpack(
            file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/unpacked")
        #expect(outcome == .placed)
        #expect(totals.files == 14)
        #expect(try scratch.tree("unpacked") == SampleTree.expected(scratch, "package"))
    }

    @Test("has the same bytes wherever and whenever it is made")
    func deterministic() throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "one")
        // The same files in another order of creation, with other times, and modes that mean the same.
        run(["cp", "-r", "\(scratch.path)/one", "\(scratch.path)/two"])
        run(["mv", "\(scratch.path)/two/src", "\(scratch.path)/two/moved"])
        run(["mv", "\(scratch.path)/two/moved", "\(scratch.path)/two/src"])
        run(["find", "\(scratch.path)/two", "-exec", "touch", "-d", "2001-02-03", "{}", "+"])
        chmod("\(scratch.path)/two/README.md", 0o600)
        chmod("\(scratch.path)/two/bin/tool.sh", 0o700)
        chmod("\(scratch.path)/two/src", 0o700)
        let first = try pack("\(scratch.path)/one")
        #expect(first == (try pack("\(scratch.path)/two")))
        #expect(first == (try pack("\(scratch.path)/one/")))
    }

    @Test("of a known tree has known bytes")
    func golden() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml", HostileCase.manifest)
        try scratch.write("package/src/main.vais", "print(1)\n", mode: 0o755)
        let bytes = try pack("\(scratch.path)/package")
        #expect(bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() == goldenHex)
    }

    @Test("holds its folders before what lies in them, sorted by bytes")
    func order() throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        let paths = try FileSelection(folder: "\(scratch.path)/package").entries.map { Array($0.path.utf8) }
        #expect(zip(paths, paths.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
        #expect(paths.contains(Array("src/a-b".utf8)))
    }

    @Test("41: tells the registry the manifest it holds, byte for byte")
    func manifest() throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        let selection = try FileSelection(folder: "\(scratch.path)/package")
        var bytes: [UInt8] = []
        let packed = try ArchivePacker.pack(selection) { bytes.append(contentsOf: $0) }
        let inspection = try inspect(bytes).get()
        #expect(packed.manifest == Array(HostileCase.manifest.utf8))
        #expect(inspection.manifest == packed.manifest)
        #expect(inspection.totals == packed.totals)
        #expect(inspection.readme?.name == "README.md")
        #expect(inspection.readme.map { String(decoding: $0.bytes, as: UTF8.self) } == "# sample\n")
    }

    @Test("can hold another manifest than the folder, and then nothing else differs", arguments: [0, 1, 512, 300_000])
    func replacedManifest(_ extra: Int) throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        let manifest = HostileCase.manifest + "#" + String(repeating: "x", count: extra) + "\n"
        let selection = try FileSelection(folder: "\(scratch.path)/package").packing(manifest: Array(manifest.utf8))
        #expect(selection.files.first { $0.path == "vais.toml" }?.size == UInt64(manifest.utf8.count))
        var bytes: [UInt8] = []
        let packed = try ArchivePacker.pack(selection) { bytes.append(contentsOf: $0) }
        #expect(packed.manifest == Array(manifest.utf8))
        // As if it lay in the folder.
        try scratch.write("package/vais.toml", manifest)
        #expect(bytes == (try pack("\(scratch.path)/package")))
    }

    @Test("42: differs from a repack with other times, though the package is the same")
    func repack() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml", HostileCase.manifest)
        let ours = try pack("\(scratch.path)/package")
        let folder = "\(scratch.path)/package"
        let archive = "\(scratch.path)/repack.tar.gz"
        #expect(run(["tar", "--format=ustar", "--mtime=2020-01-01", "-czf", archive, "-C", folder, "vais.toml"]) == 0)
        let theirs = try scratch.read("repack.tar.gz")
        #expect(theirs != ours)
        #expect(try inspect(theirs).get().manifest == inspect(ours).get().manifest)
    }

    @Test("is refused when the limits of the registry would refuse it")
    func limits() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml", HostileCase.manifest)
        try scratch.write("package/zeros", [UInt8](repeating: 0, count: 20 << 20))
        let ratio = #expect(throws: ArchiveError.self) { _ = try pack("\(scratch.path)/package") }
        #expect(ratio?.code == .ratio)

        var limits = ArchiveLimits.standard
        limits.unpackedBytes = 1 << 20
        let selection = try FileSelection(folder: "\(scratch.path)/package", limits: limits)
        let size = #expect(throws: ArchiveError.self) { _ = try ArchivePacker.pack(selection) { _ in } }
        #expect(size?.code == .tooLarge)
    }

    @Test("is not made of a file that changes meanwhile")
    func changing() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml", HostileCase.manifest)
        try scratch.write("package/log", "12345")
        for replacement in ["1234", "123456"] {
            let selection = try FileSelection(folder: "\(scratch.path)/package")
            try scratch.write("package/log", replacement)
            let error = #expect(throws: ArchiveError.self) { _ = try ArchivePacker.pack(selection) { _ in } }
            #expect(error?.code == .changed)
            try scratch.write("package/log", "12345")
        }
    }

    @Test("stops when the sink refuses a piece, with the sink's own error")
    func sinkFails() throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml", HostileCase.manifest)
        let selection = try FileSelection(folder: "\(scratch.path)/package")
        #expect(throws: ScratchError.self) {
            _ = try ArchivePacker.pack(selection) { _ in throw ScratchError(number: ENOSPC) }
        }
    }
}

/// `src/`, `src/main.vais` (executable) and `vais.toml`. A change here breaks the promise of reproducible archives.
private let goldenHex = """
    1f8b08000000000000ffed94bf0ec22010c63bf72948275df0ae7f60f2498c036988125bda00f6f9059d6c621c0c6d547ecb5d18b80fbe7c\
    674dbbcb22031ede34f7ea99d747cfa1aaca1a59e811a0641969620b0b5cad13c64bf9f49ef9e3be04ebfdef85d27412ca469af1d67fc499\
    ffc82accc8229ff8e7fe8f4669b7c16dbeb690c42a84d85337f45dc419210facae5fe73fec86e7fc036729ff4b7018457b112779ccb5e825\
    d993e23c58a73a59e49334560d3a9c21050a45da11894422f13bdc0054adcfaa000e0000
    """
