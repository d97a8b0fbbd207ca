import SeededRandom
import Testing

@testable import VaisProtocol

@Suite("The JSON writer") struct JSONWriterTests {
    @Test("writes compact JSON with members in the order of the calls")
    func compact() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("z", "text")
            writer.member("a", ["x", "y"])
            writer.member("n", orNull: nil)
            writer.member("left out", ifPresent: nil)
            writer.member("none", ifAny: [])
            writer.member("i", UInt64.max)
            writer.member("b", true)
            writer.key("o")
            writer.object { _ in }
            writer.key("e")
            writer.array { _ in }
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"z":"text","a":["x","y"],"n":null,"i":18446744073709551615,"b":true,"o":{},"e":[]}"#)
    }

    @Test("escapes what JSON requires and leaves the rest alone")
    func escapes() {
        var writer = JSONWriter()
        writer.value("\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}<>&é\u{2028}😀\u{7F}")
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f<>&é\u{2028}😀\u{7F}\"")
    }

    @Test("never writes what the reader refuses")
    func readable() throws {
        var writer = JSONWriter()
        writer.array { writer in
            writer.value("a\u{0}b")
            writer.value(Double.nan)
            writer.value(-Double.infinity)
        }
        #expect(try JSONValue(parsing: writer.bytes) == .array([.string("a\u{FFFD}b"), .null, .null]))
    }

    @Test("any value is read back as it was written", arguments: 1...40)
    func roundTrip(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            let value = JSONValue.random(depth: 5, using: &random)
            var writer = JSONWriter()
            writer.value(value)
            #expect(try JSONValue(parsing: writer.bytes) == value, "seed \(seed)")
        }
    }

    @Test("damaged bytes are refused or read, and never crash the reader", arguments: 1...40)
    func damage(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<25 {
            var writer = JSONWriter()
            writer.value(JSONValue.random(depth: 4, using: &random))
            var bytes = writer.bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                default: bytes.removeSubrange(index..<min(bytes.count - 1, index + 2))
                }
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            // What was accepted has one meaning: it survives another trip.
            var again = JSONWriter()
            again.value(value)
            #expect(try JSONValue(parsing: again.bytes) == value, "seed \(seed)")
        }
    }
}

extension JSONValue {
    /// A value with awkward strings and numbers, at most `depth` levels deep.
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .number(Double.random(in: -1e9...1e9, using: &random) + 0.5)
        case 4, 5: return .string(text(using: &random))
        case 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            var members: [(String, JSONValue)] = []
            for index in 0..<Int.random(in: 0...4, using: &random) {
                members.append(("\(index)\(text(using: &random))", .random(depth: depth - 1, using: &random)))
            }
            return .object(JSONObject(members))
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        let pieces: [String] = [
            "a", "\"", "\\", "\n", "\u{1}", "é", "😀", "\u{2028}", "left-pad", "\u{7F}", "/", "{", ",",
        ]
        return (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
            .joined()
    }
}
