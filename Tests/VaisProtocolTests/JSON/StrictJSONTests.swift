import Testing

@testable import VaisProtocol

@Suite("Strict JSON") struct StrictJSONTests {
    @Test("reads every kind of value")
    func everyKind() throws {
        let text = #" { "a" : [ null , true , false , -12 , 1.5e2 , "x" ] , "b" : { } , "c" : [ ] } "#
        let expected = JSONValue.object(
            JSONObject([
                ("a", .array([.null, .bool(true), .bool(false), .integer(-12), .number(150), .string("x")])),
                ("b", .object(JSONObject([]))),
                ("c", .array([])),
            ]))
        #expect(try JSONValue(parsing: Array(text.utf8)) == expected)
    }

    @Test("members keep the order in which they were written")
    func order() throws {
        let value = try JSONValue(parsing: Array(#"{"z":1,"a":2,"m":3}"#.utf8))
        #expect(try value.object().members.map(\.key) == ["z", "a", "m"])
    }

    @Test(
        "escapes become their characters",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\ud83d\ude00""#, "😀"),
            (#""plain text of more than eight bytes \n and more""#, "plain text of more than eight bytes \n and more"),
            (#""\ud7ff\ue000""#, "\u{D7FF}\u{E000}"),
        ])
    func escapes(_ json: String, _ expected: String) throws {
        let text = try JSONValue(parsing: Array(json.utf8)).string()
        #expect(Array(text.utf8) == Array(expected.utf8))
    }

    @Test("characters beyond ASCII are read at every distance from the start", arguments: 0..<20)
    func multibyteAnywhere(_ distance: Int) throws {
        let text = String(repeating: "a", count: distance) + "é€😀\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10FFFF}z"
        let parsed = try JSONValue(parsing: Array("\"\(text)\"".utf8)).string()
        #expect(Array(parsed.utf8) == Array(text.utf8))
    }

    @Test(
        "75: a key that occurs twice is refused, however it is spelt and wherever it is",
        arguments: [
            #"{"a":1,"a":1}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"[{"x":{"a":1,"b":1,"a":2}}]"#, #"{"":1,"":2}"#,
        ])
    func duplicateKeys(_ text: String) throws {
        let error = try #require(throws: ProtocolError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error.code == .malformed)
        #expect(error.message.contains("occurs twice"))
    }

    @Test("75: a duplicate is found among many keys too")
    func duplicateAmongMany() throws {
        let members = (0..<100).map { "\"key\($0)\":\($0)" }
        let good = "{" + members.joined(separator: ",") + "}"
        #expect(try JSONValue(parsing: Array(good.utf8)).object().members.count == 100)
        for repeated in [3, 15, 16, 17, 99] {
            let bad = "{" + members.joined(separator: ",") + ",\"key\(repeated)\":0}"
            #expect(throws: ProtocolError.self) { try JSONValue(parsing: Array(bad.utf8)) }
        }
    }

    @Test("keys that only look alike are different keys")
    func keysAreBytes() throws {
        // One composed, one decomposed; and the Kelvin sign beside the letter it decomposes to.
        let object = try JSONValue(parsing: Array("{\"caf\u{E9}\":1,\"cafe\u{301}\":2,\"\u{212A}\":3,\"K\":4}".utf8))
            .object()
        #expect(object["cafe\u{301}"] == .integer(2))
        #expect(object["K"] == .integer(4))
    }

    @Test(
        "76: other encodings are refused",
        arguments: [
            [0xEF, 0xBB, 0xBF, 0x7B, 0x7D],  // UTF-8 with a byte order mark
            [0xFE, 0xFF, 0x00, 0x7B, 0x00, 0x7D],  // UTF-16, big-endian
            [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00],  // UTF-16, little-endian
            [0x00, 0x7B, 0x00, 0x7D],  // the same without marks
            [0x7B, 0x00, 0x7D, 0x00],
            [0x00, 0x00, 0x00, 0x7B],  // UTF-32
        ] as [[UInt8]])
    func otherEncodings(_ bytes: [UInt8]) throws {
        let error = try #require(throws: ProtocolError.self) { try JSONValue(parsing: bytes) }
        #expect(error.code == .malformed)
        #expect(error.message.contains("UTF"))
    }

    @Test(
        "76: a string that is not UTF-8 is refused, also when nobody wanted it",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]])
    func brokenUTF8(_ sequence: [UInt8]) throws {
        for padding in [0, 3, 9] {
            let bytes =
                Array("{\"".utf8) + [UInt8](repeating: 0x61, count: padding) + sequence + Array("\":1}".utf8)
            let error = try #require(throws: ProtocolError.self) { try JSONValue(parsing: bytes) }
            #expect(error.code == .malformed)
        }
    }

    @Test("76: nesting is bounded: 64 levels are read, 65 and 200,000 are refused")
    func nesting() throws {
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: UInt8(ascii: "["), count: depth) + [UInt8](repeating: UInt8(ascii: "]"), count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64)) }
        for depth in [65, 200_000] {
            let error = try #require(throws: ProtocolError.self) { try JSONValue(parsing: nested(depth)) }
            #expect(error.code == .tooLarge)
        }
        let objects = String(repeating: #"{"a":"#, count: 200_000)
        #expect(throws: ProtocolError.self) { try JSONValue(parsing: Array(objects.utf8)) }
    }

    @Test(
        "76: a NUL is refused, raw and escaped, in keys and in values",
        arguments: [#""\u0000""#, #"{"a\u0000":1}"#, "\"a\u{0}b\"", "[1,\u{0}]"])
    func nul(_ text: String) {
        #expect(throws: ProtocolError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        "half a surrogate pair is refused",
        arguments: [
            #""\ud83d""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ude00\ud83d""#,
            #""\ud83d\u""#, #""\ud83d\u00""#,
        ])
    func loneSurrogates(_ text: String) {
        #expect(throws: ProtocolError.self) { try JSONValue(parsing: Array(text.utf8)) }
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "truefalse", "01", "-01", "00", "-", "+1", ".5", "1.", "1.e1", "1e", "1e+",
            "0x10", "Infinity", "NaN", "1e999", "-1e999", "'a'", "\"a", "\"a\\", "\"\\x41\"", "\"\\u12\"",
            "\"\\u12g4\"",
            "\"a\nb\"", "\"a\tb\"", "[1,]", "[,1]", "[1 2]", "[", "[1", "[1,", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
            "{\"a\":1,", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}", "{\"a\",1}", "{\"a\":1]", "[1}", "1 2", "{}{}",
            "[]]", "{} // comment", "/* */ 1", "\u{A0}1", "\u{FEFF}1", "1\u{0}", "１",
        ])
    func refused(_ text: String) throws {
        let error = try #require(throws: ProtocolError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error.code == .malformed)
    }

    @Test("integers are exact to the ends of 64 bits, and nothing beyond is taken for one")
    func integers() throws {
        func parse(_ text: String) throws -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("-9223372036854775808") == .integer(.min))
        #expect(try parse("0") == .integer(0))
        #expect(try parse("-0") == .integer(0))
        for text in [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999999", "1.0",
            "1e3",
        ] {
            let error = try #require(throws: ProtocolError.self) { try parse(text).integer() }
            #expect(error.message == "expected an integer that fits 64 bits")
            var reader = try JSONReader(Array(text.utf8))
            #expect(throws: ProtocolError.self) { try reader.readInteger() }
        }
        #expect(throws: ProtocolError.self) { try parse("-1").count() }
    }

    @Test("input over the byte limit is refused before it is read")
    func byteLimit() throws {
        let bytes = Array("[1,2,3]".utf8)
        #expect(throws: Never.self) { try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 7)) }
        let error = try #require(throws: ProtocolError.self) {
            try JSONValue(parsing: bytes, limits: JSONLimits(bytes: 6))
        }
        #expect(error.code == .tooLarge)
    }

    @Test("an error names the line and the column")
    func placeOfErrors() throws {
        let error = try #require(throws: ProtocolError.self) {
            try JSONValue(parsing: Array("{\n  \"a\": 1,\n  \"b\": tru\n}".utf8))
        }
        #expect(error.message == "invalid JSON at line 3, column 8: expected a value")
    }

    @Test("every cut of a document is refused, and none crashes")
    func everyCut() throws {
        let document = Array(#"{"a":[1,-2.5e+3,true,null],"b\n\u00e9":{"😀":"\ud83d\ude00"}}"#.utf8)
        for length in 0..<document.count {
            #expect(throws: ProtocolError.self) { try JSONValue(parsing: Array(document[..<length])) }
        }
    }
}
