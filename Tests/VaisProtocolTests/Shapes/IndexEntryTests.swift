import Testing
import VaisModel

@testable import VaisProtocol

@Suite("The original index") struct IndexEntryTests {
    private func entry(_ versions: String...) throws -> IndexEntry {
        try IndexEntry(#"{"name":"left-pad","versions":[\#(versions.joined(separator: ","))]}"#)
    }

    private func version(_ version: String, rest: String = "") -> String {
        #"{"version":"\#(version)","checksum":"\#(Sample.checksumText)"\#(rest)}"#
    }

    @Test("an old index without sizes is read, and dependencies may be bare requirements")
    func oldEntries() throws {
        let read = try entry(version("1.0.0", rest: #","dependencies":{"pad":"^1","ansi":{"req":"~2"}}"#))
        #expect(read.versions.first?.size == nil)
        #expect(read.versions.first?.dependencies.map(\.requirement.text) == ["~2", "^1"])
    }

    @Test("a version that old registries accepted hides itself and not the package")
    func badVersion() throws {
        let read = try entry(
            version("1.0.0"), version("1.0.0.0"), version("2.0.0", rest: #","dependencies":{"pad":"^^1"}"#),
            #"{"version":"3.0.0"}"#, version("4.0.0"))
        #expect(read.versions.map(\.version.description) == ["1.0.0", "4.0.0"])
        #expect(read.unreadable.map(\.version) == ["1.0.0.0", "2.0.0", "3.0.0"])
        #expect(read.unreadable.last?.reason == "checksum: is missing")
    }

    @Test("a version or a package that is there twice is refused")
    func twice() throws {
        #expect(throws: ProtocolError.self) { try entry(version("1.0.0+a"), version("2.0.0"), version("1.0.0+b")) }
        let packages = #"[{"name":"a","versions":[]},{"name":"b","versions":[]},{"name":"a","versions":[]}]"#
        #expect(throws: ProtocolError.self) {
            try IndexEntry.list(parsing: Array(packages.utf8), limits: .standard)
        }
    }

    @Test("a name that is no package's is refused: names become paths")
    func badName() throws {
        let error = try #require(throws: ProtocolError.self) {
            try IndexEntry.list(parsing: Array(#"[{"name":"../etc","versions":[]}]"#.utf8), limits: .standard)
        }
        #expect(error.path == "[0].name")
    }
}
