import ArchiveCorpus
import SeededRandom

@testable import VaisArchive

/// A package folder that uses everything an archive can hold.
enum SampleTree {
    static let longName = String(repeating: "n", count: 120)
    /// Fits ustar's prefix and name together.
    static let splitPath = "docs/" + String(repeating: "part/", count: 20) + String(repeating: "s", count: 90)
    /// Fits only a pax header: no slash leaves a short enough name.
    static let paxPath = "docs/\(longName)/\(longName)/deep.md"

    static func write(to scratch: ScratchFolder, _ folder: String) throws {
        try scratch.write("\(folder)/vais.toml", HostileCase.manifest)
        try scratch.write("\(folder)/README.md", "# sample\n")
        try scratch.write("\(folder)/src/main.vais", "print(1)\n")
        try scratch.write("\(folder)/src/empty.vais", "")
        try scratch.write("\(folder)/src/a-b/c", "c\n")
        try scratch.write("\(folder)/src/a/c", "c\n")
        try scratch.write("\(folder)/bin/tool.sh", "#!/bin/sh\n", mode: 0o755)
        try scratch.write("\(folder)/bin/odd", "x\n", mode: 0o666)
        try scratch.write("\(folder)/caf\u{E9}/\u{65E5}\u{672C}.txt", "utf-8\n")
        try scratch.write("\(folder)/block", [UInt8](repeating: 7, count: 512))
        try scratch.write("\(folder)/large", large)
        try scratch.write("\(folder)/\(splitPath)", "split\n")
        try scratch.write("\(folder)/\(paxPath)", "pax\n")
        try scratch.write("\(folder)/\(longName)", "one long component\n")
    }

    /// Larger than every buffer, and not compressible to nothing.
    static let large: [UInt8] = {
        var random = SeededGenerator(seed: 1)
        return (0..<700_001).map { _ in UInt8(truncatingIfNeeded: random.next() & 0x3F) }
    }()

    /// The tree as an unpacked package must look: modes normalised.
    static func expected(_ scratch: ScratchFolder, _ folder: String) throws -> [String] {
        try scratch.tree(folder).map { line in
            line.hasPrefix("bin/odd ") ? line.replacing("100666", with: "100644") : line
        }
    }
}

/// Packs a folder into memory.
func pack(_ folder: String, include: [String] = [], exclude: [String] = []) throws -> [UInt8] {
    let selection = try FileSelection(folder: folder, include: include, exclude: exclude)
    var bytes: [UInt8] = []
    _ = try ArchivePacker.pack(selection) { bytes.append(contentsOf: $0) }
    return bytes
}
