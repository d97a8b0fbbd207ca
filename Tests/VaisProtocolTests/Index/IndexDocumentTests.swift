import Testing
import VaisModel

@testable import VaisProtocol

@Suite("A package's index") struct IndexDocumentTests {
    private static let release =
        #"{"k":"r","s":17,"v":"1.3.0","c":"\#(Sample.checksumText)","z":1234,"t":1772366400000000}"#
    private static let header = #"{"k":"h","f":1,"n":"left-pad"}"#

    private func read(_ lines: String..., name: String = "left-pad") throws -> IndexDocument {
        let text = lines.map { $0 + "\n" }.joined()
        return try IndexDocument(parsing: Array(text.utf8), of: try Sample.name(name))
    }

    private func line(_ version: String, serial: Int = 17) -> String {
        Self.release.replacing("1.3.0", with: version).replacing("\"s\":17", with: "\"s\":\(serial)")
    }

    @Test("has one line per release, byte for byte")
    func golden() throws {
        var writer = IndexWriter(name: try Sample.name())
        writer.append(
            try Sample.release(
                "1.3.0", serial: 17, dependencies: [try Sample.dependency("pad", "^1"), try Sample.fullDependency()]))
        let version = try Sample.version()
        let moved = Deprecation(message: "moved", replacement: try Sample.name("pad"))
        writer.append(
            IndexStatus(.yank(Yank(reason: "security", message: "reads \"outside\"")), of: version, serial: 21))
        writer.append(IndexStatus(.unyank, of: version, serial: 22))
        writer.append(IndexStatus(.deprecation(moved), of: nil, serial: 30))
        writer.append(IndexStatus(.deprecation(Deprecation(message: "old")), of: version, serial: 31))
        writer.append(IndexStatus(.endOfDeprecation, of: nil, serial: 32))
        #expect(
            String(decoding: writer.bytes, as: UTF8.self) == """
                {"k":"h","f":1,"n":"left-pad"}
                {"k":"r","s":17,"v":"1.3.0","c":"\(Sample.checksumText)","z":1234,"t":1772366400000000,\
                "d":[{"n":"pad","r":"^1"},\
                {"n":"ansi","r":">=1.2, <3","k":"build","f":["color","wide"],"o":true,"t":"linux"}]}
                {"k":"y","s":21,"v":"1.3.0","w":"security","m":"reads \\"outside\\""}
                {"k":"u","s":22,"v":"1.3.0"}
                {"k":"d","s":30,"n":"pad","m":"moved"}
                {"k":"d","s":31,"v":"1.3.0","m":"old"}
                {"k":"e","s":32}

                """)
        let document = try IndexDocument(parsing: writer.bytes, of: try Sample.name())
        #expect(document.serial == 32)
        #expect(document.releases.map(\.dependencies.count) == [2])
        #expect(document.releases.first?.deprecation == Deprecation(message: "old"))
        #expect(document.deprecation == nil)
    }

    @Test("without a release is a header alone")
    func headerOnly() throws {
        let document = try read(Self.header)
        #expect(document.releases.isEmpty)
        #expect(document.serial == 0)
    }

    @Test("a later status supersedes an earlier one, for its release only")
    func statuses() throws {
        let start = [Self.header, line("1.0.0", serial: 1), line("1.1.0", serial: 2)]
        func yanked(_ lines: String...) throws -> [String] {
            let text = (start + lines).map { $0 + "\n" }.joined()
            return try IndexDocument(parsing: Array(text.utf8), of: try Sample.name()).releases.filter(\.isYanked)
                .map(\.version.description)
        }
        let yank = #"{"k":"y","s":3,"v":"1.1.0"}"#
        let unyank = #"{"k":"u","s":4,"v":"1.1.0"}"#
        #expect(try yanked() == [])
        #expect(try yanked(yank) == ["1.1.0"])
        #expect(try yanked(yank, unyank) == [])
        #expect(try yanked(yank, unyank, yank.replacing("\"s\":3", with: "\"s\":5")) == ["1.1.0"])
        #expect(try yanked(yank, line("2.0.0", serial: 6), #"{"k":"y","s":7,"v":"2.0.0"}"#) == ["1.1.0", "2.0.0"])
    }

    @Test("made at once has its lines in the order of the serials")
    func merged() throws {
        let releases = try [Sample.release("1.1.0", serial: 7), Sample.release("1.0.0", serial: 3)]
        let statuses = try [
            IndexStatus(.unyank, of: Sample.version("1.1.0"), serial: 9),
            IndexStatus(.yank(Yank()), of: Sample.version("1.0.0"), serial: 5),
        ]
        let bytes = IndexWriter(name: try Sample.name(), releases: releases, statuses: statuses).bytes
        var expected = IndexWriter(name: try Sample.name())
        expected.append(releases[1])
        expected.append(statuses[1])
        expected.append(releases[0])
        expected.append(statuses[0])
        #expect(bytes == expected.bytes)
        let document = try IndexDocument(parsing: bytes, of: try Sample.name())
        #expect(document.serial == 9)
        #expect(document.releases.map(\.isYanked) == [true, false])
    }

    @Test("has the greatest serial of its lines, in whatever order they are")
    func greatestSerial() throws {
        #expect(try read(Self.header, Self.release, #"{"k":"y","s":3,"v":"1.3.0"}"#).serial == 17)
    }

    @Test("a status for a release that is not there is skipped")
    func statusWithoutRelease() throws {
        #expect(try read(Self.header, #"{"k":"y","s":3,"v":"9.0.0"}"#).releases.isEmpty)
    }

    @Test("a deprecation may speak of the whole package, and ends")
    func packageDeprecation() throws {
        let deprecate = #"{"k":"d","s":20,"m":"moved","n":"pad"}"#
        let expected = Deprecation(message: "moved", replacement: try Sample.name("pad"))
        #expect(try read(Self.header, Self.release, deprecate).deprecation == expected)
        #expect(try read(Self.header, Self.release, deprecate, #"{"k":"e","s":21}"#).deprecation == nil)
    }

    @Test("lines of unknown kinds and unknown keys are skipped")
    func unknown() throws {
        let document = try read(
            Self.header.replacing("}", with: #","origin":"https://example.org"}"#),
            #"{"k":"a","id":"VSA-1","nested":{"a":[1,2,{"b":null}]}}"#,
            #"{"k":"attestation","s":"not even a number"}"#,
            Self.release.replacing("}", with: #","q":{"a":1},"longer":[]}"#))
        #expect(document.releases.map(\.serial) == [17])
    }

    @Test("77: the index of another package is refused")
    func otherPackage() throws {
        let error = try #require(throws: ProtocolError.self) { try read(Self.header, name: "right-pad") }
        #expect(error.code == .wrongPackage)
        #expect(error.message == "the index of `right-pad` is that of `left-pad`")
    }

    @Test("a newer format is refused as such, whatever its other lines are")
    func newerFormat() throws {
        let error = try #require(throws: ProtocolError.self) {
            try read(Self.header.replacing("\"f\":1", with: "\"f\":2"), "binary from here on")
        }
        #expect(error.code == .newerFormat)
    }

    @Test("80: an empty index is refused")
    func empty() throws {
        let error = try #require(throws: ProtocolError.self) {
            try IndexDocument(parsing: [], of: try Sample.name())
        }
        #expect(error.code == .malformed)
    }

    @Test("every cut but one at the end of a line is refused")
    func cuts() throws {
        let whole = Array("\(Self.header)\n\(Self.release)\n{\"k\":\"y\",\"s\":18,\"v\":\"1.3.0\"}\n".utf8)
        for length in 1..<whole.count where whole[length - 1] != UInt8(ascii: "\n") {
            #expect(throws: ProtocolError.self, "cut at \(length)") {
                try IndexDocument(parsing: Array(whole[..<length]), of: try Sample.name())
            }
        }
    }

    @Test("the same version twice is refused, also when only the build differs and far apart")
    func duplicates() throws {
        for second in ["1.0.0", "1.0.0+b"] {
            for between in [[], [line("2.0.0")], [line("0.1.0"), line("3.0.0")]] {
                let lines = [Self.header, line("1.0.0+a".replacing(second == "1.0.0" ? "+a" : "", with: ""))] + between
                let text = (lines + [line(second)]).map { $0 + "\n" }.joined()
                #expect(throws: ProtocolError.self, "\(second) after \(between.count) others") {
                    try IndexDocument(parsing: Array(text.utf8), of: try Sample.name())
                }
            }
        }
        #expect(try read(Self.header, line("2.0.0"), line("1.0.0"), line("1.0.1")).releases.count == 3)
    }

    @Test(
        "75, 76: lines that break the rules are refused",
        arguments: [
            #"{"k":"r","s":17,"s":18,"v":"1.3.0"}"#,  // a key twice
            #"{"k":"r","s":17,"\u0073":18,"v":"1.3.0"}"#,
            #"{"k":"a","x":1,"x":2}"#,
            #"{"k":"a","other":1,"other":2}"#,
            #"{"k":"a","x":{"y":1,"y":2}}"#,
            #"{"s":17,"k":"y","v":"1.3.0"}"#,  // the kind not first
            #"{}"#,
            #"[]"#,
            #""#,
            #"{"k":"y","v":"1.3.0"}"#,  // no serial
            #"{"k":"y","s":18}"#,  // no version
            #"{"k":"y","s":-1,"v":"1.3.0"}"#,
            #"{"k":"y","s":1.5,"v":"1.3.0"}"#,
            #"{"k":"y","s":99999999999999999999,"v":"1.3.0"}"#,
            #"{"k":"y","s":18,"v":"1.3"}"#,
            #"{"k":"y","s":18,"v":"1.3.0.0"}"#,
            #"{"k":"y","s":18,"v":"1.3.0"} {"k":"u","s":19,"v":"1.3.0"}"#,
            #"{"k":"h","f":1,"s":18,"n":"left-pad"}"#,  // a second header
            #"{"k":"d","s":18,"n":"Not A Name"}"#,
            "{\"k\":\"y\",\n\"s\":18,\"v\":\"1.3.0\"}",  // a line end inside a line
        ])
    func refused(_ bad: String) throws {
        #expect(throws: ProtocolError.self) { try read(Self.header, Self.release, bad) }
    }

    @Test(
        "a release without one of its facts, or with a wrong one, is refused",
        arguments: [
            (#""v":"1.3.0","#, ""), (#","z":1234"#, ""), (#","t":1772366400000000"#, ""),
            (#","c":"\#(Sample.checksumText)""#, ""), ("0123", "012"), ("0123", "012g"), ("1234", "-1"),
            (#""s":17,"#, ""), (#""z":1234"#, #""z":"1234""#),
            (#""z":1234"#, #""z":1234,"d":[{"n":"pad"}]"#), (#""z":1234"#, #""z":1234,"d":[{"r":"*"}]"#),
            (#""z":1234"#, #""z":1234,"d":[{"n":"pad","r":""}]"#), (#""z":1234"#, #""z":1234,"d":{}"#),
            (#""z":1234"#, #""z":1234,"d":[{"n":"../pad","r":"*"}]"#),
            (#""z":1234"#, #""z":1234,"d":[{"n":"pad","n":"pad","r":"*"}]"#),
            (#""z":1234"#, #""z":1234,"d":[{"n":"pad","r":"*","k":"magic"}]"#),
        ])
    func badRelease(_ part: String, _ replacement: String) throws {
        let bad = Self.release.replacing(part, with: replacement)
        #expect(bad != Self.release)
        #expect(throws: ProtocolError.self) { try read(Self.header, bad) }
    }

    @Test("an error names the line")
    func placeOfErrors() throws {
        let error = try #require(throws: ProtocolError.self) {
            try read(Self.header, Self.release, #"{"k":"y","s":18,"v":"1.3"}"#)
        }
        #expect(error.message.hasPrefix("line 3, column"))
    }

    @Test("dependency lists that repeat, change and repeat again are each read as written")
    func sharedLists() throws {
        let lists = try [
            [Sample.dependency("a1", "^1"), Sample.dependency("b1", "^2")],
            [Sample.dependency("a1", "^1"), Sample.dependency("b1", "^2")],
            [Sample.dependency("a1", "^1.5"), Sample.dependency("b1", "^2")],
            [Sample.dependency("b1", "^2")],
            [],
            [Sample.dependency("b1", "^2"), Sample.dependency("b1x", "^2"), Sample.dependency("a1", "^1")],
            [Sample.dependency("b1", "^2"), Sample.dependency("b1", "^2"), Sample.dependency("a1", "*")],
        ]
        var writer = IndexWriter(name: try Sample.name())
        for (index, list) in lists.enumerated() {
            writer.append(try Sample.release("1.\(index).0", serial: UInt64(index), dependencies: list))
        }
        let document = try IndexDocument(parsing: writer.bytes, of: try Sample.name())
        #expect(document.releases.map(\.dependencies) == lists)
    }
}
