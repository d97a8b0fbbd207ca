import SeededRandom
import Testing
import VaisModel

@Suite("TOML") struct TOMLTests {
    /// A document and what it means, in a compact notation: strings as they are, tables `{key:value}`.
    @Test(
        "documents mean what TOML 1.0.0 says",
        arguments: [
            ("", "{}"), ("# only a comment", "{}"), ("\u{FEFF}a = 1", "{a:1}"), ("a = 1\r\nb = 2\r\n", "{a:1 b:2}"),
            ("a.b.c = 1\na.b.d = 2", "{a:{b:{c:1 d:2}}}"),
            ("'a b' = 1\n\"c\\td\".e = 2\n\"\" = 3", "{a b:1 c\td:{e:2} :3}"),
            ("[a]\nb = 1\n[a.c]\nd = 2", "{a:{b:1 c:{d:2}}}"), ("[a.b]\nc = 1\n[a]\nd = 2", "{a:{b:{c:1} d:2}}"),
            ("[[a]]\nb = 1\n[[a]]\nb = 2\n[a.c]\nd = 3", "{a:[{b:1} {b:2 c:{d:3}}]}"),
            ("a = { b = 1, c.d = 2, e = {} }", "{a:{b:1 c:{d:2} e:{}}}"), ("a = [\n  1, # one\n  2,\n]", "{a:[1 2]}"),
            ("a = [[1], ['x', 2.5]]", "{a:[[1] [x 2.5]]}"), ("a = true\nb = false", "{a:true b:false}"),
            ("a = 1_000\nb = 0x1F", "{a:1000 b:31}"), ("a = 0o17\nb = 0b101", "{a:15 b:5}"),
            ("a = -9223372036854775808\nb = 9223372036854775807", "{a:-9223372036854775808 b:9223372036854775807}"),
            ("a = 1e3\nb = -1.5\nc = inf\nd = 6.0_2", "{a:1000.0 b:-1.5 c:inf d:6.02}"),
            (
                "a = 1979-05-27\nb = 07:32:00.5\nc = 1979-05-27 07:32:00\nd = 1979-05-27T07:32:00-07:00",
                "{a:@1979-05-27 b:@07:32:00.5 c:@1979-05-27 07:32:00 d:@1979-05-27T07:32:00-07:00}"
            ),
            (#"a = "\u00e9\U0001F600\n\"\\""#, "{a:é😀\n\"\\}"), (#"a = 'C:\x'"#, #"{a:C:\x}"#),
            ("a = \"\"\"\nx\r\n  \\\n   y\"\"\"", "{a:x\n  y}"), ("a = '''\n'x' ''''", "{a:'x' '}"),
            ("[a]\nb.c = 1\n[a.b.d]\ne = 2", "{a:{b:{c:1 d:{e:2}}}}"),
        ])
    func valid(_ text: String, _ meaning: String) throws {
        let document = try TOML.parse(Array(text.utf8))
        #expect(describe(.table(document.root)) == meaning)
    }

    @Test(
        "43: what TOML 1.0.0 does not allow is refused, with its line",
        arguments: [
            ("a = 1\na = 2", 2), ("a = 1\n\n[a]", 3), ("[a]\n[a]", 2), ("[a]\nb = 1\n[a.b]", 3), ("a.b = 1\na = 2", 2),
            ("a.b = 1\n[a]", 2), ("a = {}\na.b = 1", 2), ("a = {}\n[a.b]", 2), ("a = []\n[[a]]", 2), ("[[a]]\n[a]", 2),
            ("[a]\n[[a]]", 2), ("[a.b]\nc = 1\n[a]\nb.d = 1", 4), ("a = { b = 1, b = 2 }", 1), ("a = 1\n'a' = 2", 2),
            ("a", 1), ("a =", 1), ("= 1", 1), ("a = 1 b = 2", 1), ("a = 1\nb = \"x\nc = 2", 2), ("a = 'x", 1),
            ("\n\na = \"\"\"x\n\n", 5), ("a = [1, 2", 1), ("a = [1 2]", 1), ("a = [,]", 1), ("a = { b = 1, }", 1),
            ("a = { b = 1\n}", 1), ("[a", 1), ("[]", 1), ("[a.]", 1), ("[[a]", 1), ("[a] b = 1", 1), ("a..b = 1", 1),
            ("a b = 1", 1), ("é = 1", 1), ("a = 01", 1), ("a = 1__0", 1), ("a = _1", 1), ("a = 1_", 1), ("a = +0x1", 1),
            ("a = 1.", 1), ("a = .5", 1), ("a = 1e", 1), ("a = 9223372036854775808", 1), ("a = True", 1),
            ("a = 2026-02-30", 1),
            ("a = 24:00:00", 1), ("a = \"\\x\"", 1), ("a = \"\\ud800\"", 1), ("a = \"\\u12\"", 1), ("a = \"\u{1}\"", 1),
            ("# \u{0}", 1), ("a = 1\rb = 2", 1), ("a = '\u{7F}'", 1), ("\"\"\"a\"\"\" = 1", 1), ("a = yes", 1),
            ("a = \"x\"y", 1),
        ])
    func invalid(_ text: String, _ line: Int) {
        let fault = #expect(throws: TOML.Fault.self) { try TOML.parse(Array(text.utf8)) }
        #expect(fault?.line == line, "\(fault?.message ?? "")")
    }

    @Test("bytes that are not UTF-8 are refused in their line")
    func encoding() {
        let fault = #expect(throws: TOML.Fault.self) { try TOML.parse(Array("a = 1\nb = '".utf8) + [0xFF, 0x27]) }
        #expect(fault?.line == 2)
    }

    @Test(
        "44: ten thousand levels are refused, not followed",
        arguments: [
            "a = " + String(repeating: "[", count: 10_000), "a = " + String(repeating: "{a=", count: 10_000),
            "a = " + String(repeating: "[{a=", count: 10_000), "a" + String(repeating: ".a", count: 10_000) + " = 1",
            "[a" + String(repeating: ".a", count: 10_000) + "]",
        ])
    func nesting(_ text: String) {
        let fault = #expect(throws: TOML.Fault.self) { try TOML.parse(Array(text.utf8)) }
        #expect(fault?.message == "nested deeper than 64 levels")
    }

    @Test("statements and values know their bytes")
    func places() throws {
        let text = "# x\na.b = [1,\n 2] # y\n[t]\n"
        let bytes = Array(text.utf8)
        let document = try TOML.parse(bytes)
        func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        #expect(document.statements.map { slice($0.range) } == ["a.b = [1,\n 2]", "[t]"])
        #expect(document.statements.map(\.line) == [2, 4])
        guard case .assignment(let value) = document.statements[0].kind else {
            Issue.record("no assignment")
            return
        }
        #expect(slice(value) == "[1,\n 2]")
    }

    @Test("a quoted string reads back as itself")
    func quoting() throws {
        let text = "a\"b\\c\n\r\t\u{1}\u{7F}é😀"
        let document = try TOML.parse(Array("k = \(TOML.quote(text))".utf8))
        #expect(describe(.table(document.root)) == "{k:\(text)}")
        #expect(TOML.key("a-b_1") == "a-b_1")
        #expect(TOML.key("a.b") == "\"a.b\"")
        #expect(TOML.key("") == "\"\"")
    }

    @Test("damaged documents never trap")
    func damage() {
        let seed = Array(
            "a.b = [1, { c = 'x' }]\n[t]\n\"k\" = \"\"\"\n\\u00e9\"\"\"\n[[u.v]]\nd = 1979-05-27T07:32:00Z\ne = -1.5e3\n"
                .utf8)
        var random = SeededGenerator(seed: 11)
        var valid = 0
        for _ in 0..<5000 {
            var bytes = seed
            for _ in 0..<random.pick([1, 2, 3]) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                if random.chance(30) {
                    bytes.removeSubrange(position...)
                } else {
                    bytes[position] = random.pick(Array("[]{}=\"'.\\\n\r# ,01aeTZ-:".utf8) + [0, 0xFF])
                }
                if bytes.isEmpty { break }
            }
            if (try? TOML.parse(bytes)) != nil { valid += 1 }
        }
        #expect(valid > 0 && valid < 5000, "seed 11")
    }

    private func describe(_ value: TOML.Value) -> String {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .float(let number): "\(number)"
        case .boolean(let flag): "\(flag)"
        case .dateTime(let text): "@\(text)"
        case .array(let elements): "[" + elements.map { describe($0.value) }.joined(separator: " ") + "]"
        case .table(let table):
            "{" + table.entries.map { "\($0.key):\(describe($0.node.value))" }.joined(separator: " ") + "}"
        }
    }
}
