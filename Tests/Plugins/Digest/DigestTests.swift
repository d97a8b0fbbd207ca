import CVaisPlugin
import Testing

@Suite("The digest plugin") struct DigestTests {
    let table: vais_digest

    init() throws {
        table = try PluginFile("digest-openssl").table(VAIS_DIGEST_1, as: vais_digest.self)
    }

    /// The two examples of FIPS 180-4 (one block, two blocks) and the empty message; BLAKE2b from RFC 7693 appendix
    /// A.
    static let answers: [(algorithm: String, message: String, digest: String)] = [
        ("sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "sha512", "abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "sha384", "abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
        ),
        (
            "blake2b512", "abc",
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"
        ),
    ]

    @Test("gives the published digests, at once and in pieces", arguments: answers)
    func knownAnswers(_ answer: (algorithm: String, message: String, digest: String)) throws {
        let algorithm = try named(answer.algorithm)
        let message = Array(answer.message.utf8)
        #expect(try oneshot(algorithm, [message]).hex == answer.digest)
        for split in 0...message.count {
            let parts = [Array(message[..<split]), Array(message[split...])]
            #expect(try oneshot(algorithm, parts).hex == answer.digest)
            #expect(try running(algorithm, parts).hex == answer.digest)
        }
    }

    @Test("gives the published digest of a million times the letter a")
    func longMessage() throws {
        let piece = [UInt8](repeating: 0x61, count: 1000)
        let pieces = [[UInt8]](repeating: piece, count: 1000)
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(try running(named("sha256"), pieces).hex == expected)
        #expect(try oneshot(named("sha256"), pieces).hex == expected)
    }

    @Test("starts over after a reset, also in the middle")
    func reset() throws {
        let algorithm = try named("sha256")
        var context: OpaquePointer?
        #expect(table.context_new(algorithm, &context) == VAIS_OK)
        defer { table.context_free(context) }
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        for _ in 0..<3 {
            #expect(borrowing("left over") { table.context_update(context, $0) } == VAIS_OK)
            #expect(table.context_reset(context) == VAIS_OK)
            #expect(borrowing("abc") { table.context_update(context, $0) } == VAIS_OK)
            var digest = [UInt8](repeating: 0, count: 32)
            #expect(table.context_final(context, &digest, 32) == VAIS_OK)
            #expect(digest.hex == expected)
            #expect(table.context_reset(context) == VAIS_OK)
        }
    }

    @Test("refuses a buffer that is too small, and leaves it alone")
    func smallBuffer() throws {
        let algorithm = try named("sha256")
        var digest = [UInt8](repeating: 7, count: 32)
        #expect(table.oneshot(algorithm, nil, 0, &digest, 31) == VAIS_LIMIT)
        #expect(digest == [UInt8](repeating: 7, count: 32))
    }

    @Test("lists its algorithms until there are no more, with sha256 first")
    func lists() throws {
        var names: [String] = []
        var position: UInt32 = 0
        while let algorithm = table.algorithm(position) {
            names.append(String(algorithm.pointee.name))
            position += 1
        }
        #expect(names == ["sha256", "sha512", "sha384", "blake2b512"])
        #expect(table.algorithm(UInt32.max) == nil)
        #expect(try named("sha384").pointee.digest_size == 48)
    }

    @Test("hashes from many threads at once")
    func manyThreads() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let tests = try DigestTests()
                    let algorithm = try tests.named("sha512")
                    let expected = Self.answers[3].digest
                    return try (0..<2000).allSatisfy { _ in
                        try tests.oneshot(algorithm, [Array("abc".utf8)]).hex == expected
                    }
                }
            }
            for try await right in group { #expect(right) }
        }
    }

    private func named(_ name: String) throws -> UnsafePointer<vais_algorithm> {
        var position: UInt32 = 0
        while let algorithm = table.algorithm(position) {
            if String(algorithm.pointee.name) == name { return algorithm }
            position += 1
        }
        throw PluginProblem("no algorithm \(name)")
    }

    private func oneshot(_ algorithm: UnsafePointer<vais_algorithm>, _ parts: [[UInt8]]) throws -> [UInt8] {
        let joined = parts.flatMap { $0 }
        var digest = [UInt8](repeating: 0, count: Int(algorithm.pointee.digest_size))
        let status = joined.withUnsafeBufferPointer { bytes in
            var start = 0
            let spans = parts.map { part in
                defer { start += part.count }
                return vais_span(data: bytes.baseAddress.map { $0 + start }, size: UInt64(part.count))
            }
            return table.oneshot(algorithm, spans, UInt32(spans.count), &digest, UInt64(digest.count))
        }
        guard status == VAIS_OK else { throw PluginProblem("oneshot answered \(status)") }
        return digest
    }

    private func running(_ algorithm: UnsafePointer<vais_algorithm>, _ parts: [[UInt8]]) throws -> [UInt8] {
        var context: OpaquePointer?
        guard table.context_new(algorithm, &context) == VAIS_OK else { throw PluginProblem("no context") }
        defer { table.context_free(context) }
        for part in parts {
            guard borrowing(part, { table.context_update(context, $0) }) == VAIS_OK else {
                throw PluginProblem("update failed")
            }
        }
        var digest = [UInt8](repeating: 0, count: Int(algorithm.pointee.digest_size))
        let status = table.context_final(context, &digest, UInt64(digest.count))
        guard status == VAIS_OK else { throw PluginProblem("final answered \(status)") }
        return digest
    }
}
