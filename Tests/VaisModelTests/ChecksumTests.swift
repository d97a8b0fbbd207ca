import Testing
import VaisModel

@Suite("A checksum") struct ChecksumTests {
    private let text = "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef"

    @Test("is written as it was read, in lower case")
    func roundTrip() throws {
        #expect(try Checksum(parsing: text).hex == text)
        #expect(try Checksum(parsing: text.uppercased()).hex == text)
    }

    @Test("has the bytes that its digits say, at every place")
    func bytes() throws {
        for place in 0..<32 {
            for value in UInt8.min...UInt8.max {
                var bytes = [UInt8](repeating: 0x5A, count: 32)
                bytes[place] = value
                let checksum = try Checksum(bytes: bytes)
                let read = try Checksum(parsing: checksum.hex)
                guard read.bytes == bytes, read == checksum else {
                    Issue.record("byte \(value) at \(place) became \(read.bytes)")
                    return
                }
            }
        }
    }

    @Test("is refused with any byte that is no digit, at every place")
    func otherBytes() throws {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for place in 0..<64 {
            for byte in UInt8(0)..<128 where !digits.contains(byte) {
                var bytes = Array(text.utf8)
                bytes[place] = byte
                if (try? Checksum(parsing: String(decoding: bytes, as: UTF8.self))) != nil {
                    Issue.record("byte \(byte) at \(place) was taken for a digit")
                    return
                }
            }
        }
    }

    @Test("is refused with another length or beyond ASCII", arguments: [0, 1, 63, 65, 128])
    func otherLengths(_ length: Int) {
        #expect(throws: ModelError.self) { try Checksum(parsing: String(repeating: "a", count: length)) }
        #expect(throws: ModelError.self) { try Checksum(parsing: String(repeating: "é", count: 32)) }
    }
}
