import SeededRandom
import Testing
import VaisModel

@Suite("Requirements") struct RequirementTests {
    /// Requirement | versions that match | versions that do not, by the rules of cargo's `semver` crate.
    static let table = [
        // A bare version is caret.
        "1.2.3 | 1.2.3 1.2.4 1.9.0 1.2.3+b | 1.2.2 2.0.0 0.9.9 1.3.0-a 1.2.3-a 2.0.0-a",
        "^1.2.3 | 1.2.3 1.9.9 | 1.2.2 2.0.0",
        "^1.2 | 1.2.0 1.9.0 | 1.1.9 2.0.0",
        "^1 | 1.0.0 1.99.0 | 0.9.9 2.0.0 1.0.0-a",
        "^0.2.3 | 0.2.3 0.2.9 | 0.2.2 0.3.0 1.0.0",
        "^0.2 | 0.2.0 0.2.9 | 0.1.9 0.3.0",
        "^0.0.3 | 0.0.3 0.0.3+x | 0.0.2 0.0.4 0.1.0",
        "^0.0 | 0.0.0 0.0.9 | 0.1.0",
        "^0 | 0.0.0 0.9.9 | 1.0.0",
        // Tilde.
        "~1.2.3 | 1.2.3 1.2.9 | 1.2.2 1.3.0",
        "~1.2 | 1.2.0 1.2.9 | 1.3.0 1.1.0",
        "~1 | 1.0.0 1.9.9 | 2.0.0 0.9.0",
        "~0 | 0.0.0 0.9.9 | 1.0.0",
        // Exact, with parts left out.
        "=1.2.3 | 1.2.3 1.2.3+anything | 1.2.4 1.2.3-a",
        "=1.2 | 1.2.0 1.2.9 | 1.3.0 1.2.0-a",
        "=1 | 1.0.0 1.9.9 | 2.0.0",
        "=1.2.3-a | 1.2.3-a 1.2.3-a+b | 1.2.3 1.2.3-b 1.2.3-a.1",
        // Wildcards.
        "* | 0.0.0 1.0.0 9.9.9 | 1.0.0-a",
        "1.* | 1.0.0 1.9.9 | 2.0.0 0.9.9 1.0.0-a",
        "1.2.* | 1.2.0 1.2.9 | 1.3.0 1.1.9",
        "1.*.* | 1.0.0 1.9.9 | 2.0.0",
        "0.* | 0.0.0 0.9.0 | 1.0.0",
        "1.x | 1.0.0 1.9.9 | 2.0.0",
        "1.2.X | 1.2.0 1.2.9 | 1.3.0",
        "^1.* | 1.0.0 1.9.9 | 2.0.0",
        ">=1.2.* | 1.2.0 2.0.0 | 1.1.9",
        ">1.* | 2.0.0 | 1.0.0 1.9.9",
        // Comparisons, with parts left out.
        ">1 | 2.0.0 | 1.0.0 1.9.9 0.1.0",
        ">1.2 | 1.3.0 2.0.0 | 1.2.0 1.2.9",
        ">1.2.3 | 1.2.4 2.0.0 | 1.2.3",
        ">=1 | 1.0.0 2.0.0 | 0.9.9 1.0.0-a",
        ">=1.2 | 1.2.0 1.3.0 2.0.0 | 1.1.9",
        "<1 | 0.9.9 | 1.0.0 1.5.0 1.0.0-a 0.9.9-a",
        "<1.2 | 1.1.9 0.0.1 | 1.2.0",
        "<=1 | 1.0.0 1.9.9 0.1.0 | 2.0.0",
        "<=1.2 | 1.2.9 1.1.0 | 1.3.0",
        "<=1.2.3 | 1.2.3 1.2.2 | 1.2.4",
        ">=1.2, <2 | 1.2.0 1.9.9 | 1.1.9 2.0.0",
        ">=1, <1 | | 0.9.9 1.0.0 1.0.1",
        "^1.2, <1.5, >1.2.5 | 1.2.6 1.4.9 | 1.2.5 1.5.0",
        // A prerelease needs a comparator with the same numbers and a prerelease.
        ">=1.0.0-a | 1.0.0-a 1.0.0-b 1.0.0 1.0.1 2.0.0 | 1.0.1-a 2.0.0-a 1.0.0-0",
        "^1.0.0-a | 1.0.0-a 1.0.0-b 1.0.0 1.9.9 | 1.0.1-a 1.1.0-b 2.0.0-a 1.0.0-1",
        "~1.2.3-b | 1.2.3-b 1.2.3-c 1.2.3 1.2.9 | 1.2.3-a 1.2.4-c 1.3.0",
        "^0.0.1-a | 0.0.1-a 0.0.1 | 0.0.2-a 0.0.2",
        ">1.0.0-a | 1.0.0-b 1.0.0 1.0.1 | 1.0.0-a 1.0.1-a",
        "<1.0.0-b | 1.0.0-a 0.9.9 | 1.0.0-b 1.0.0 0.9.9-a",
        "<=1.0.0-b | 1.0.0-b 1.0.0-a 0.5.0 | 1.0.0",
        ">=1.0.0-a, <2.0.0 | 1.0.0-a 1.5.0 | 2.0.0-a 1.5.0-a 2.0.0",
        ">=1.0.0-a, <2.0.0-b | 1.0.0-a 2.0.0-a 1.0.0 | 2.0.0-b 2.0.0 1.5.0-x",
        "~1.2, >=1.2.3-a | 1.2.3 1.2.4 | 1.2.3-a",
        "^1, >=1.2.3-a | 1.2.3-a 1.2.3 1.9.0 | 1.2.4-a",
        "<=1.2, >=1.2.0-rc.1 | 1.2.0 1.2.9 | 1.2.0-rc.1 1.3.0",
        // 60: the greatest numbers have no upper bound to compute.
        "^18446744073709551615.0.0 | 18446744073709551615.0.0 18446744073709551615.9.9 | 18446744073709551614.0.0",
        "^9223372036854775807.0.0 | 9223372036854775807.5.0 | 9223372036854775808.0.0 1.0.0",
        ">18446744073709551615 | | 18446744073709551615.0.0",
        "~0.18446744073709551615 | 0.18446744073709551615.7 | 0.1.0",
        "^0.0.18446744073709551615 | 0.0.18446744073709551615 | 0.1.0",
        // Spaces, and builds that are read and ignored.
        "  >= 1.0.0 ,  < 2.0.0  | 1.5.0 | 2.0.0",
        "=1.0.0+build | 1.0.0 1.0.0+other | 1.0.1",
    ]

    @Test("64, 65: each requirement matches what cargo's does", arguments: table)
    func matches(_ row: String) throws {
        let columns = row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        try #require(columns.count == 3)
        let requirement = try Requirement(parsing: String(columns[0].dropLast()))
        for (column, expected) in [(columns[1], true), (columns[2], false)] {
            for text in column.split(separator: " ") {
                let version = try Version(parsing: String(text))
                #expect(requirement.matches(version) == expected, "\(requirement) and \(version)")
            }
        }
    }

    @Test(
        "64: what cargo does not read is refused",
        arguments: [
            "", " ", "*, 1", "1, *", "1,*,2", "*.1", "*.*", "* 1", "1.*.2", "=*", ">=*", "^*", "1,", ",1", "1,,2",
            ">1 <2",
            "1 || 2", "^1 || ^2", "1 - 2", "1.2.3.4", "1.2.3 4", "v1", "=v1", "==1", "=>1", "><1", "!=1", "1.", "1.2.",
            "1.-1", "01", "1.02", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2-a", "1.2+b", "1.x-a", "latest",
            "\t1",
            "1\n", "1.2.3-é", "18446744073709551616", "１", ">", "^", "~ ", "1.**", "1.*.*.*", "git+https://example.com",
        ])
    func invalid(_ text: String) {
        let error = #expect(throws: ModelError.self) { try Requirement(parsing: text) }
        #expect(error?.code == .requirement)
        #expect(error?.hint != nil)
    }

    @Test("64: 32 comparators are read, 33 and ten thousand are refused")
    func manyComparators() throws {
        func text(_ count: Int) -> String { Array(repeating: ">=1", count: count).joined(separator: ",") }
        #expect(try Requirement(parsing: text(32)).comparators.count == 32)
        for count in [33, 10_000] {
            let error = #expect(throws: ModelError.self) { try Requirement(parsing: text(count)) }
            #expect(error?.message.contains("more than 32 comparators") == true)
        }
    }

    @Test("the error knows the habits of other tools")
    func hints() {
        func error(_ text: String) -> ModelError? {
            #expect(throws: ModelError.self) { try Requirement(parsing: text) }
        }
        #expect(error("")?.hint == "`*` admits every release")
        #expect(error(">=1 <2")?.hint == "separate comparators with commas, as in `>=1.2, <3`")
        #expect(error("^1 || ^2")?.hint == "there is no OR; state one range, as in `>=1.2, <3`")
        #expect(error("1,")?.hint == "remove the comma at the end")
        #expect(error("1.2.3.4")?.message.hasSuffix("unexpected `.` at position 6 after the patch number") == true)
    }

    @Test("the source text is kept and decides equality")
    func text() throws {
        #expect(try Requirement(parsing: " ^1.2 ").description == " ^1.2 ")
        #expect(try Requirement(parsing: "1.2") != Requirement(parsing: "^1.2"))
        #expect(try Requirement(parsing: "*") == .any)
        #expect(try Requirement.caret(Version(parsing: "1.2.3-rc.1+b")).text == "^1.2.3-rc.1")
    }

    @Test("the window holds every match, and is empty when nothing can match")
    func window() throws {
        var random = SeededGenerator(seed: 7)
        var versions: [Version] = []
        for major in ["0", "1", "2", "18446744073709551615"] {
            for minor in 0...2 {
                for patch in 0...2 {
                    for suffix in ["-a", "-a.1", ""] {
                        versions.append(try Version(parsing: "\(major).\(minor).\(patch)\(suffix)"))
                    }
                }
            }
        }
        versions.sort()
        for _ in 0..<2000 {
            let comparators = try (0..<random.pick([1, 2])).map { _ in
                let version = random.pick(versions)
                let whole = version.description
                let partial = [whole, "\(version.major)", "\(version.major).\(version.minor)", "\(version.major).*"]
                let written = random.pick(["", "^", "~", "=", ">", ">=", "<", "<="]) + random.pick(partial)
                return try #require(Requirement(parsing: written) as Requirement?).text
            }
            let requirement = try Requirement(parsing: comparators.joined(separator: ", "))
            let window = requirement.window(in: versions)
            for (position, version) in versions.enumerated() where requirement.matches(version) {
                #expect(window.contains(position), "\(requirement) and \(version), seed 7")
            }
        }
        #expect(try Requirement(parsing: ">=2, <1").window(in: versions).isEmpty)
        #expect(try Requirement(parsing: "^1.1").window(in: versions).count == 18)
        #expect(Requirement.any.window(in: versions) == 0..<versions.count)
    }
}
