import Testing
import VaisModel

@Suite("Versions") struct VersionTests {
    @Test(
        "58: valid versions print as they were written",
        arguments: [
            "0.0.0", "1.2.3", "1.0.0--", "1.0.0-0a", "1.0.0-0", "1.0.0-a.b-c.1+x.01", "1.0.0+001", "1.0.0+-",
            "1.0.0-x-y-z.--", "1.0.0-99999999999999999999", "1.0.0-alpha+beta.1",
            "18446744073709551615.18446744073709551615.18446744073709551615",
        ])
    func valid(_ text: String) throws {
        #expect(try Version(parsing: text).description == text)
    }

    @Test(
        "57: what SemVer does not allow is refused",
        arguments: [
            "", "1", "1.0", "1.0.0.0", "v1.0.0", "V1.0.0", "=1.0.0", "01.0.0", "1.00.0", "1.0.01", "1.0.0-01",
            "1.0.0-a.00",
            "1.0.0-a..b", "1.0.0-", "1.0.0-.a", "1.0.0-a.", "1.0.0+", "1.0.0+a..b", "1.0.0-a+", "+1.0.0", "-1.0.0",
            "1.-1.0", "1..0", ".1.0", "1.0.", " 1.0.0", "1.0.0 ", "1.0.0\n", "1.0.0\r\n", "1. 0.0", "1.0.0-a_b",
            "1.0.0-é",
            "1.0.0+a+b", "１.0.0", "1.0.0-\u{0}", "x.y.z", "1.0.*", "1,0,0",
        ])
    func invalid(_ text: String) {
        let error = #expect(throws: ModelError.self) { try Version(parsing: text) }
        #expect(error?.code == .version)
    }

    @Test("59: a number beyond 64 bits is refused with that reason, and the greatest is not")
    func overflow() throws {
        for text in ["18446744073709551616.0.0", "0.99999999999999999999.0", "0.0.184467440737095516150"] {
            let error = #expect(throws: ModelError.self) { try Version(parsing: text) }
            #expect(error?.message.contains("greater than 18446744073709551615") == true)
        }
        #expect(try Version(parsing: "18446744073709551615.0.0").major == .max)
    }

    @Test("an error names the rule and the position, and corrects what it can")
    func messages() {
        func error(_ text: String) -> ModelError? { #expect(throws: ModelError.self) { try Version(parsing: text) } }
        #expect(error("1.0")?.message == "`1.0` is not a version: expected `.` after the minor number, found the end")
        #expect(error("1.0")?.hint == "did you mean `1.0.0`?")
        #expect(error("v1.2.3")?.hint == "did you mean `1.2.3`?")
        #expect(error("1.0.0 ")?.hint == "did you mean `1.0.0`?")
        #expect(error("01.0.0")?.hint == "did you mean `1.0.0`?")
        #expect(error("1.0.0.0")?.hint == "did you mean `1.0.0`?")
        #expect(
            error("1.0.x")?.message.hasSuffix("expected a digit of the patch number, found `x` at position 5") == true)
        #expect(error("\u{1B}[31m")?.message.contains("\u{1B}") == false)
    }

    @Test("62: precedence is that of SemVer section 11")
    func precedence() throws {
        let ascending = try [
            "0.0.0-0", "0.0.0-0.0", "0.0.0", "0.0.1", "0.1.0", "1.0.0-1", "1.0.0-2", "1.0.0-10",
            "1.0.0-99999999999999999999", "1.0.0-100000000000000000000", "1.0.0--", "1.0.0-0a", "1.0.0-A",
            "1.0.0-alpha",
            "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
            "1.0.1", "1.2.0", "1.10.0", "2.0.0-a", "2.0.0", "18446744073709551615.0.0",
        ].map { try Version(parsing: $0) }
        for (lower, first) in ascending.enumerated() {
            for (upper, second) in ascending.enumerated() {
                #expect(first.precedes(second) == (lower < upper), "\(first) and \(second)")
                #expect((first < second) == (lower < upper))
                #expect((first == second) == (lower == upper))
            }
        }
    }

    @Test("63: builds do not count for precedence, but tell versions apart as keys")
    func builds() throws {
        let plain = try Version(parsing: "1.0.0")
        let built = try ["1.0.0+a", "1.0.0+b"].map { try Version(parsing: $0) }
        #expect(!plain.precedes(built[0]) && !built[0].precedes(built[1]) && !built[1].precedes(built[0]))
        #expect(built[0].hasSamePrecedence(as: built[1]))
        #expect(Set([plain] + built + built).count == 3)
        #expect([built[1], plain, built[0]].sorted() == [plain, built[0], built[1]])
    }

    @Test("a version takes apart into its numbers, prerelease and build")
    func parts() throws {
        let version = try Version(parsing: "1.22.333-rc.1.a-b+linux.7")
        #expect((version.major, version.minor, version.patch) == (1, 22, 333))
        #expect(version.prerelease.map(\.text) == ["rc", "1", "a-b"])
        #expect(version.prerelease.map(\.isNumeric) == [false, true, false])
        #expect(version.build == "linux.7")
        #expect(version.isPrerelease)
        #expect(try !Version(parsing: "1.0.0+a").isPrerelease)
    }

    @Test("61: a long prerelease is a version, but not one to publish")
    func length() throws {
        let text = "1.0.0-" + String(repeating: "a", count: 300)
        let version = try Version(parsing: text)
        #expect(version.description == text)
        var manifest = Manifest()
        manifest.name = try PackageName(parsing: "demo")
        manifest.version = version
        let error = #expect(throws: ModelError.self) { try manifest.validateForPublishing() }
        #expect(error?.code == .publishing)
        #expect(error?.message.contains("306 bytes") == true)
    }
}
