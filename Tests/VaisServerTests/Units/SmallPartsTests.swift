import HTTPTypes
import Testing
import VaisModel
import VaisProtocol

@testable import VaisServer

@Suite("Small parts of the server") struct SmallPartsTests {
    @Test(
        "ranges",
        arguments: [
            ("bytes=0-0", ByteRange.part(0..<1)), ("bytes=0-9223372036854775807", .part(0..<100)),
            ("bytes=99-", .part(99..<100)), ("bytes=-1", .part(99..<100)), ("bytes=-1000", .part(0..<100)),
            ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable), ("bytes=5-4", .whole),
            ("bytes=0-1,3-4", .whole),
            ("bytes=0-18446744073709551616", .whole), ("items=0-1", .whole), ("bytes=", .whole), ("bytes=a-b", .whole),
            ("bytes=1-2-3", .whole), ("bytes=--1", .whole), ("BYTES=0-1", .part(0..<2)), ("bytes=+1-2", .whole),
        ])
    func ranges(_ text: String, _ range: ByteRange) {
        #expect(ByteRange(parsing: text, size: 100) == range)
    }

    @Test("a range of something else is none") func ifRange() {
        let headers: HTTPFields = [.range: "bytes=0-1", .ifRange: "\"old\""]
        #expect(ByteRange(headers, etag: "\"new\"", size: 100) == .whole)
        #expect(ByteRange([.range: "bytes=0-1", .ifRange: "\"new\""], etag: "\"new\"", size: 100) == .part(0..<2))
        #expect(ByteRange([.range: "bytes=0-1", .ifRange: "W/\"new\""], etag: "\"new\"", size: 100) == .whole)
    }

    @Test(
        "tags",
        arguments: [
            ("\"a\"", true), ("W/\"a\"", true), ("\"b\" , \"a\"", true), ("*", true), ("\"b\"", false), ("a", false),
            ("", false),
        ])
    func tags(_ list: String, _ matches: Bool) {
        #expect(VaisServer.matches(list, "\"a\"") == matches)
    }

    @Test(
        "codings",
        arguments: [
            ("gzip", true), ("deflate, gzip;q=0.5", true), ("gzip;q=0", false), ("gzip;q=0.000", false), ("*", true),
            ("*;q=0", false), ("identity", false), ("", false), ("GZIP", true), ("gzip;q=0, *", false),
        ])
    func codings(_ text: String, _ accepted: Bool) {
        #expect(acceptsGzip([.acceptEncoding: text]) == accepted)
    }

    @Test("base64", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func base64Vectors(_ text: String, _ encoded: String) {
        #expect(base64(Array(text.utf8)) == encoded)
    }

    @Test(
        "numbers are digits only",
        arguments: [("0", 0), ("9223372036854775807", Int.max), ("007", 7)] as [(String, Int)])
    func numbers(_ text: String, _ number: Int) {
        #expect(decimal(text) == number)
    }

    @Test("what is no number", arguments: ["", "+1", "-1", "1 ", "9223372036854775808", "１", "1e3", "0x1"])
    func noNumbers(_ text: String) {
        #expect(decimal(text) == nil)
    }

    @Test(
        "links are for addresses on the web only",
        arguments: [
            "javascript:alert(1)", "data:text/html,x", "https://a b", " https://x", "JaVaScript:x",
            "https://x\"onclick=y",
        ])
    func links(_ address: String) {
        var page = HTML()
        page.link(address)
        let text = String(decoding: page.bytes, as: UTF8.self)
        #expect(!text.contains("href=\"j") && !text.contains("href=\"d") && !text.contains("\"onclick"))
    }

    @Test("text is escaped and cannot turn the line") func escaping() {
        var page = HTML()
        page.text("<b>&\"'\u{202E}\u{1B}[31m")
        #expect(String(decoding: page.bytes, as: UTF8.self) == "&lt;b&gt;&amp;&quot;&#39;\u{FFFD}\u{FFFD}[31m")
    }

    @Test("request ids are sixteen hexadecimal digits, and no two are the same") func requestIDs() {
        let ids = (0..<5000).map { _ in newRequestID() }
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.utf8.count == 16 && UInt64($0, radix: 16) != nil && $0 == $0.lowercased() })
    }
}
