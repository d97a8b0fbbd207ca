import SeededRandom
import Testing

/// Group C of the hostile inputs, at the command line.
@Suite("vais semver") struct SemverTests {
    private let user: User

    init() throws { user = try User(try ScratchFolder()) }

    private func run(_ arguments: [String]) throws -> User.Outcome { try user.run(["semver"] + arguments) }

    @Test("57: what is not a version is not valid, each by itself")
    func invalid() throws {
        let texts = [
            "1.0", "v1.0.0", "01.0.0", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "+1.0.0", "1.0.0\n", "1.0.0 ", " 1.0.0",
            "\u{FF11}.0.0", "", "1.0.0.0", "1..0", "1.0.0-", "1.0.0-é",
        ]
        for text in texts {
            let outcome = try run(["valid", "--", text])
            #expect(outcome.end == .exit(1), "`\(text)`")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test("58: unusual versions are valid, and come out as they went in")
    func valid() throws {
        let texts = ["1.0.0--", "1.0.0-0a", "0.0.0", "1.0.0-a.b-c+001.-", "18446744073709551615.0.0"]
        let outcome = try run(["valid", "--"] + texts + ["not-one"])
        #expect(outcome.end == .exit(0))
        #expect(outcome.output == texts.joined(separator: "\n") + "\n")
    }

    @Test("59, 61: numbers beyond 64 bits and endless versions are refused, with the reason")
    func tooLarge() throws {
        #expect(try run(["valid", "99999999999999999999.0.0"]).end == .exit(1))
        let sorted = try run(["sort", "1.0.0", "99999999999999999999.0.0"])
        #expect(sorted.end == .exit(2))
        #expect(sorted.output.isEmpty)
        #expect(sorted.errors.contains("99999999999999999999.0.0"))
        #expect(sorted.errors.contains("18446744073709551615"), "\(sorted.errors)")
    }

    @Test("60: a caret at the largest major admits that major")
    func overflow() throws {
        let greatest = "18446744073709551615"
        let outcome = try run(["match", "^\(greatest).0.0", "\(greatest).0.0", "\(greatest).9.1", "1.0.0"])
        #expect(outcome.output == "\(greatest).0.0\n\(greatest).9.1\n")
        let signed = try run([
            "match", "^9223372036854775807.0.0", "9223372036854775807.1.0", "9223372036854775808.0.0",
        ])
        #expect(signed.output == "9223372036854775807.1.0\n")
    }

    @Test("62: precedence is the specification's, and equal versions keep their order")
    func order() throws {
        let ordered = [
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
            "1.0.0-rc.1", "1.0.0",
        ]
        var random = SeededGenerator(seed: 62)
        let outcome = try run(["sort"] + ordered.shuffled(using: &random))
        #expect(outcome.output == ordered.joined(separator: "\n") + "\n")
        #expect(try run(["sort", "1.0.0+b", "0.9.0", "1.0.0+a"]).output == "0.9.0\n1.0.0+b\n1.0.0+a\n")
    }

    @Test("64: requirements admit what cargo's grammar says")
    func requirements() throws {
        let table: [(requirement: String, admitted: [String])] = [
            ("^0.0.3", ["0.0.3"]), ("^0.2", ["0.2.0", "0.2.9"]), ("~1", ["1.0.0", "1.5.2"]), ("1.*.2", []),
            ("*", ["0.0.3", "0.2.0", "0.2.9", "1.0.0", "1.5.2", "2.0.0"]), (">=1,<1", []), ("=1.5", ["1.5.2"]),
            (">1", ["2.0.0"]), ("^0.0", ["0.0.3"]), ("1.5", ["1.5.2"]), (">=0.2.9, <2", ["0.2.9", "1.0.0", "1.5.2"]),
        ]
        let versions = ["0.0.3", "0.2.0", "0.2.9", "1.0.0", "1.5.2", "2.0.0"]
        for (requirement, admitted) in table {
            let outcome = try run(["match", requirement] + versions)
            #expect(outcome.output == admitted.map { $0 + "\n" }.joined(), "`\(requirement)`: \(outcome.errors)")
            #expect(outcome.end == .exit(requirement == "1.*.2" ? 2 : admitted.isEmpty ? 1 : 0), "`\(requirement)`")
        }
        for requirement in [
            "", "^1 || ^2", Array(repeating: ">0", count: 10_000).joined(separator: ","), "^1,", "1.x.y",
        ] {
            let outcome = try run(["match", requirement, "1.0.0"])
            #expect(outcome.end == .exit(2), "`\(requirement.prefix(20))`")
            #expect(outcome.output.isEmpty)
        }
        #expect(try run(["match", "", "1.0.0"]).errors.contains("`*`"), "the empty one is told what to write")
    }

    @Test("65: a prerelease is admitted only through one of the same version")
    func prereleases() throws {
        #expect(try run(["match", "^1.0.0", "1.1.0-rc.1"]).end == .exit(1))
        #expect(try run(["match", "^1.1.0-rc.0", "1.1.0-rc.1", "1.2.0-rc.1", "1.2.0"]).output == "1.1.0-rc.1\n1.2.0\n")
    }
}
