import ArchiveCorpus
import Glibc
import Testing

@testable import VaisArchive

/// GNU tar, bsdtar and Python's tarfile as other people use them.
enum Tool: String, CaseIterable, CustomTestStringConvertible {
    case gnuTar = "tar"
    case bsdtar
    case python = "python3"

    var testDescription: String { rawValue }

    func unpack(_ archive: String, into folder: String) -> Int32 {
        switch self {
        case .gnuTar: run(["tar", "-xzf", archive, "-C", folder])
        case .bsdtar: run(["env", "LC_ALL=C.UTF-8", "bsdtar", "-xf", archive, "-C", folder])
        case .python:
            run([
                "python3", "-c", "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])", archive,
                folder,
            ])
        }
    }
}

/// A tool in one of the formats that it writes.
struct Writer: Sendable, CustomTestStringConvertible {
    var tool: Tool
    var format: String

    var testDescription: String { "\(tool.rawValue) \(format)" }

    static let all =
        ["ustar", "gnu", "posix"].map { Writer(tool: .gnuTar, format: $0) }
        + ["ustar", "pax", "gnutar"].map { Writer(tool: .bsdtar, format: $0) }
        + ["USTAR", "GNU", "PAX"].map { Writer(tool: .python, format: $0) }

    /// Packs the contents of `folder`.
    func pack(_ folder: String, into archive: String) -> Int32 {
        switch tool {
        case .gnuTar: return run(["tar", "--format=\(format)", "-czf", archive, "-C", folder, "."])
        case .bsdtar:
            return run(["env", "LC_ALL=C.UTF-8", "bsdtar", "--format=\(format)", "-czf", archive, "-C", folder, "."])
        case .python:
            let script = """
                import sys, tarfile
                with tarfile.open(sys.argv[1], 'w:gz', format=tarfile.\(format)_FORMAT) as tar: tar.add(sys.argv[2], '.')
                """
            return run(["python3", "-c", script, archive, folder])
        }
    }
}

@Suite("Beside other tools") struct ToolComparisonTests {
    @Test("what we pack they unpack to the same tree", arguments: Tool.allCases)
    func theyUnpackOurs(_ tool: Tool) throws {
        let scratch = try ScratchFolder()
        try SampleTree.write(to: scratch, "package")
        try scratch.write("archive.tar.gz", pack("\(scratch.path)/package"))
        try scratch.makeFolder("unpacked")
        #expect(tool.unpack("\(scratch.path)/archive.tar.gz", into: "\(scratch.path)/unpacked") == 0)
        #expect(try scratch.tree("unpacked") == SampleTree.expected(scratch, "package"))
    }

    @Test("what they pack without extensions we unpack to the same tree", arguments: Writer.all)
    func weUnpackTheirs(_ writer: Writer) throws {
        let scratch = try ScratchFolder()
        for name in ["vais.toml", "README.md", "src/main.vais", "src/a/b", "caf\u{E9}"] {
            try scratch.write("package/\(name)")
        }
        try scratch.write("package/bin/tool", "x", mode: 0o755)
        #expect(writer.pack("\(scratch.path)/package", into: "\(scratch.path)/archive.tar.gz") == 0)
        _ = try ArchiveUnpacker.unpack(
            file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/unpacked")
        #expect(try scratch.tree("unpacked") == scratch.tree("package"))
    }

    @Test("their links are refused", arguments: Writer.all)
    func theirLinks(_ writer: Writer) throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml")
        #expect(symlink("vais.toml", "\(scratch.path)/package/link") == 0)
        #expect(writer.pack("\(scratch.path)/package", into: "\(scratch.path)/archive.tar.gz") == 0)
        #expect(inspect(try scratch.read("archive.tar.gz")).code == "link")
    }

    @Test("their hard links are refused", arguments: Writer.all)
    func theirHardLinks(_ writer: Writer) throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml")
        #expect(link("\(scratch.path)/package/vais.toml", "\(scratch.path)/package/zlink") == 0)
        #expect(writer.pack("\(scratch.path)/package", into: "\(scratch.path)/archive.tar.gz") == 0)
        #expect(inspect(try scratch.read("archive.tar.gz")).code == "link")
    }

    @Test(
        "their long names are read when pax tells them, and refused when GNU's extension does",
        arguments: Writer.all.filter { $0.format.lowercased() != "ustar" })
    func theirLongNames(_ writer: Writer) throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml")
        try scratch.write("package/\(SampleTree.longName)/\(SampleTree.longName)")
        #expect(writer.pack("\(scratch.path)/package", into: "\(scratch.path)/archive.tar.gz") == 0)
        let isGNU = writer.format.lowercased().hasPrefix("gnu")
        #expect(inspect(try scratch.read("archive.tar.gz")).code == (isGNU ? "gnu" : nil))
    }

    @Test("their sparse files are refused", arguments: [("gnu", "sparse"), ("posix", "sparse")])
    func theirSparseFiles(_ format: String, _ code: String) throws {
        let scratch = try ScratchFolder()
        try scratch.write("package/vais.toml")
        try scratch.write("package/sparse", "x")
        #expect(truncate("\(scratch.path)/package/sparse", 4 << 20) == 0)
        let archive = "\(scratch.path)/archive.tar.gz"
        #expect(run(["tar", "--format=\(format)", "-S", "-czf", archive, "-C", "\(scratch.path)/package", "."]) == 0)
        #expect(inspect(try scratch.read("archive.tar.gz")).code == code)
    }
}
