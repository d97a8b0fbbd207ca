import Logging
import SeededRandom
import Testing

@testable import VaisHost

@Suite("A message between host and plugin process") struct MessageTests {
    @Test("of any bytes is read or refused", arguments: [UInt64.random(in: .min ... .max)])
    func anything(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for round in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                // Small numbers and flags make sense now and then.
                Bool.random(using: &random)
                    ? UInt8.random(in: 0...3, using: &random) : UInt8.random(in: .min ... .max, using: &random)
            }
            if round % 2 == 0, var real = Self.messages.randomElement(using: &random) {
                for _ in 0..<Int.random(in: 0...3, using: &random) {
                    real[Int.random(in: real.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
                }
                bytes = Array(real.prefix(Int.random(in: 0...real.count, using: &random)))
            }
            bytes.withUnsafeBytes { bytes in
                for read in Self.readers {
                    var frame = FrameReader(bytes)
                    _ = try? frame.kind()
                    try? read(&frame)
                }
                _ = try? LaneRequest(bytes).bytes(in: UnsafeRawBufferPointer(start: nil, count: 0))
            }
        }
    }

    private static let messages: [[UInt8]] = [
        HeadMessage(number: 7, head: ResponseHead(status: 200, headers: [("a", "b"), ("c", "d")])).message,
        DoneMessage(number: 7, error: TransportError(.broken, "it broke", hint: "mend it")).message,
        SubmitMessage(
            number: 1, request: TransportRequest("PUT", "http://x/", headers: [("a", "b")], body: .bytes([1]))
        )
        .message,
        LogMessage(level: .info, plugin: "org.example", text: "hello").message,
        DigestOffer.message([("sha256", 32), ("sha512", 64)]),
        PasswordOffer(memory: 1, threads: 2).message, TransportOffer(about: "x").message,
        SettingMessages.open([Setting("a", .text("b")), Setting("c", .double(1.5))]).bytes,
    ]

    private static let readers: [@Sendable (inout FrameReader) throws -> Void] = [
        { _ = try HeadMessage(&$0) }, { _ = try DoneMessage(&$0) }, { _ = try LogMessage(&$0) },
        { _ = try SubmitMessage(&$0) { _, _ in 0 } }, { _ = try DigestOffer(&$0) }, { _ = try PasswordOffer(&$0) },
        { _ = try TransportOffer(&$0) }, { _ = try SettingMessages.settings(&$0) },
        { _ = try SettingMessages.schema(&$0) }, { _ = try HelloMessage(&$0) }, { _ = try $0.error() },
    ]

    @Test("says the same at the other end")
    func roundTrips() throws {
        var request = TransportRequest(
            "POST", "https://example.org/a?b", headers: [("x", "ä"), ("y", "")], body: .bytes([1, 2, 3]))
        request.decode = false
        request.timeout = .milliseconds(1500)
        request.stallBytes = 9
        try reading(SubmitMessage(number: 5, request: request).message) { frame in
            let copy = try SubmitMessage(&frame) { _, _ in 0 }
            #expect(copy.number == 5 && copy.request.url == request.url && copy.request.method == "POST")
            #expect(copy.request.headers.map(\.value) == ["ä", ""] && copy.request.stallBytes == 9)
            #expect(!copy.request.decode && copy.request.timeout == .milliseconds(1500))
            #expect(copy.request.connectTimeout == request.connectTimeout)
            guard case .bytes(let body) = copy.request.body else { throw TestFailure("another body") }
            #expect(body == [1, 2, 3])
        }
        let settings = [
            Setting("a", .text("b\u{0}ü")), Setting("c", .integer(.min)), Setting("d", .bool(true)),
            Setting("e", .double(-0.5)),
        ]
        try reading(SettingMessages.open(settings).bytes) { frame in
            let copy = try SettingMessages.settings(&frame)
            #expect(copy.map(\.key) == ["a", "c", "d", "e"] && copy.map(\.value) == settings.map(\.value))
        }
        try reading(DoneMessage(number: 1, error: nil).message) { frame in
            let copy = try DoneMessage(&frame)
            #expect(copy.number == 1 && copy.error == nil)
        }
    }

    private func reading(_ message: [UInt8], _ body: (inout FrameReader) throws -> Void) throws {
        try message.withUnsafeBytes { bytes in
            var frame = FrameReader(bytes)
            _ = try frame.kind()
            try body(&frame)
        }
    }
}
