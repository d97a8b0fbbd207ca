import SeededRandom
import Testing
import VaisModel

@testable import VaisProtocol

@Suite("Routes") struct RoutesTests {
    @Test("of packages and releases")
    func paths() throws {
        let name = try Sample.name()
        let release = ReleaseID(name: name, version: try Sample.version("1.0.0-rc.1+linux"))
        #expect(Routes.package(name) == "/api/v1/packages/left-pad")
        #expect(Routes.packageIndex(name) == "/api/v1/packages/left-pad/index.json")
        #expect(Routes.release(release) == "/api/v1/packages/left-pad/1.0.0-rc.1%2Blinux")
        #expect(Routes.archive(release) == "/api/v1/packages/left-pad/1.0.0-rc.1%2Blinux.tar.gz")
        #expect(Routes.yank(release) == "/api/v1/packages/left-pad/1.0.0-rc.1%2Blinux/yank")
        #expect(Routes.owner("a/b c", of: name) == "/api/v1/packages/left-pad/owners/a%2Fb%20c")
        #expect(Routes.token("../me") == "/api/v1/auth/tokens/..%2Fme")
        #expect(Routes.index(name) == "/api/v1/index/le/ft/left-pad")
        #expect(Routes.changes(since: 42) == "/api/v1/changes?since=42")
    }

    @Test("of searches keep every character of the text")
    func search() {
        #expect(Routes.search("") == "/api/v1/search?q=")
        #expect(
            Routes.search("a&b=c +é%", page: Page(limit: 5, offset: 10), sort: .name, category: "x y", keyword: "k")
                == "/api/v1/search?q=a%26b%3Dc%20%2B%C3%A9%25&sort=name&category=x%20y&keyword=k&limit=5&offset=10")
        #expect(Routes.popular() == "/api/v1/popular")
    }

    @Test(
        "of indexes are spread over folders",
        arguments: [
            ("a", "1/a"), ("ab", "2/ab"), ("abc", "3/a/abc"), ("abcd", "ab/cd/abcd"), ("left-pad", "le/ft/left-pad"),
            ("a-b", "3/a/a-b"), ("0-9_x", "0-/9_/0-9_x"),
        ])
    func shards(_ name: String, _ path: String) throws {
        let name = try Sample.name(name)
        #expect(IndexPath.path(of: name) == path)
        #expect(IndexPath.name(at: path) == name)
    }

    @Test(
        "of indexes have one address each",
        arguments: [
            "", "/", "left-pad", "1/left-pad", "le/ft/left-pad/", "le/ft//left-pad", "LE/ft/left-pad", "le/xx/left-pad",
            "a/a",
        ])
    func otherShards(_ path: String) {
        #expect(IndexPath.name(at: path) == nil)
    }

    @Test("segments are decoded once, and never into another segment")
    func decoding() {
        #expect(PercentEncoding.decodeSegment("1.0.0%2Blinux") == "1.0.0+linux")
        #expect(PercentEncoding.decodeSegment("a+b%2520") == "a+b%20")
        #expect(PercentEncoding.decodeQuery("a+b%2fc") == "a b/c")
        for bad in ["%2f", "%2F..", "a%00", "a%", "a%2", "a%zz", "%c0%af", "%ff", "%ed%a0%80", "a/b"] {
            #expect(PercentEncoding.decodeSegment(bad) == nil, "\(bad)")
        }
    }

    @Test("any text survives a trip through a query", arguments: 1...20)
    func roundTrip(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let text = String(
                (0..<8).compactMap { _ in UnicodeScalar(UInt32.random(in: 1...0x2FFF, using: &random)) }.map(
                    Character.init))
            #expect(
                PercentEncoding.decodeQuery(PercentEncoding.encode(text)).map { Array($0.utf8) } == Array(text.utf8),
                "seed \(seed)")
        }
    }
}
