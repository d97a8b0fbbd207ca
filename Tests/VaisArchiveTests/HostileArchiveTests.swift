import ArchiveCorpus
import Glibc
import Testing

@testable import VaisArchive

extension HostileCase: CustomTestStringConvertible {
    public var testDescription: String { description }
}

/// Reads `bytes` in pieces of `size`; the totals, or the error.
func inspect(_ bytes: [UInt8], pieces size: Int = .max) -> Result<ArchiveInspector.Inspection, ArchiveError> {
    Result { () throws(ArchiveError) in
        let inspector = try ArchiveInspector()
        try inspector.feed(bytes, pieces: size)
        return try inspector.finish()
    }
}

extension ArchiveInspector {
    func feed(_ bytes: [UInt8], pieces size: Int) throws(ArchiveError) {
        var start = 0
        while start < bytes.count {
            let end = size < bytes.count - start ? start + size : bytes.count
            try feed(Array(bytes[start..<end]))
            start = end
        }
    }
}

extension Result where Success == ArchiveInspector.Inspection, Failure == ArchiveError {
    /// The code of the refusal, or nil.
    var code: String? { if case .failure(let error) = self { error.code.rawValue } else { nil } }
}

@Suite("A hostile archive") struct HostileArchiveTests {
    @Test(
        "is refused with its code, as the registry reads it, in words a terminal can show",
        arguments: HostileCase.refused)
    func registryRefuses(_ candidate: HostileCase) {
        guard case .failure(let error) = inspect(candidate.bytes) else {
            Issue.record("accepted")
            return
        }
        #expect(error.code.rawValue == candidate.expectedCode)
        #expect(error.blamesArchive)
        #expect(!error.message.isEmpty && error.message.utf8.count < 1_000)
        #expect(
            error.message.unicodeScalars.allSatisfy {
                $0.value >= 0x20 && $0.value != 0x7F && !EntryPath.isInvisible($0)
            })
    }

    @Test("gets the same answer however it is cut", arguments: HostileCase.all.filter { !$0.isLarge })
    func cuttingDoesNotMatter(_ candidate: HostileCase) {
        let bytes = candidate.bytes
        for size in [1, 7, 511, 512, 4_096] {
            #expect(inspect(bytes, pieces: size).code == candidate.expectedCode, "in pieces of \(size)")
        }
    }

    @Test("leaves nothing behind when a client refuses it", arguments: HostileCase.refused)
    func clientRefuses(_ candidate: HostileCase) throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder("outer/cache")
        try scratch.write("archive.tar.gz", candidate.bytes)
        // The cap itself is tested above; here the disk need not see 65,536 files.
        var limits = ArchiveLimits.standard
        limits.entries = 500
        let error = #expect(throws: ArchiveError.self) {
            _ = try ArchiveUnpacker.unpack(
                file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/outer/cache/package",
                limits: limits)
        }
        #expect(error?.code.rawValue == candidate.expectedCode)
        #expect(try scratch.tree("outer") == ["cache/ 40755"])
        #expect(access("/tmp/vais-was-here", F_OK) != 0)
    }

    @Test(
        "does not touch a destination that is complete already", arguments: HostileCase.refused.filter { !$0.isLarge })
    func destinationStays(_ candidate: HostileCase) throws {
        let scratch = try ScratchFolder()
        try scratch.write("cache/package/vais.toml", "old")
        let before = try scratch.tree("cache")
        try scratch.write("archive.tar.gz", candidate.bytes)
        #expect(throws: ArchiveError.self) {
            _ = try ArchiveUnpacker.unpack(
                file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/cache/package")
        }
        #expect(try scratch.tree("cache") == before)
    }

    @Test("covers every line of the list that concerns archives")
    func everyLine() {
        let numbers = Set(HostileCase.all.map(\.number))
        // 41 and 42 are about what a registry does with two sound archives; see PackedArchiveTests and the registry's own.
        for number in 1...40 { #expect(numbers.contains(number), "line \(number)") }
    }
}

@Suite("An odd but sound archive") struct OddArchiveTests {
    @Test("is accepted by registry and client alike", arguments: HostileCase.accepted)
    func accepted(_ candidate: HostileCase) throws {
        let inspection = try inspect(candidate.bytes).get()
        #expect(inspection.manifest == Array(HostileCase.manifest.utf8))
        let scratch = try ScratchFolder()
        try scratch.write("archive.tar.gz", candidate.bytes)
        let (totals, outcome) = try ArchiveUnpacker.unpack(
            file: "\(scratch.path)/archive.tar.gz", destination: "\(scratch.path)/package")
        #expect(outcome == .placed)
        #expect(totals == inspection.totals)
        let tree = try scratch.tree("package")
        #expect(tree.count == totals.files + totals.folders)
        // Lines 8 and 10: whatever the archive says, these are the only modes.
        for line in tree {
            let mode = line.split(separator: " ")[1]
            #expect(["40755", "100644", "100755"].contains(mode), "\(line)")
        }
    }
}
