import CVaisPlugin
import Glibc
import Synchronization
import Testing

@Suite("The password plugin") struct PasswordTests {
    /// Vectors of the Argon2 reference implementation (its test for Argon2id, version 0x13).
    static let vectors = [
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
    ]

    @Test("accepts the published hashes of the word password, and no other word", arguments: vectors)
    func publishedHashes(_ hash: String) throws {
        let hasher = try TestHasher()
        #expect(hasher.verify(hash, "password") == VAIS_OK)
        #expect(hasher.verify(hash, "Password") == VAIS_DENIED)
        #expect(hasher.verify(hash, "password\0") == VAIS_DENIED)
        #expect(hasher.verify(hash, "") == VAIS_DENIED)
    }

    @Test("hashes with OWASP's parameters unless told otherwise, and checks its own hashes")
    func roundTrip() throws {
        let hasher = try TestHasher()
        let hash = try hasher.hash("correct horse", salt: TestHasher.salt)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$"))
        #expect(hasher.verify(hash, "correct horse") == VAIS_OK)
        #expect(hasher.verify(hash, "correct horsE") == VAIS_DENIED)
        #expect(try hasher.hash("correct horse", salt: TestHasher.salt) == hash)
        #expect(try hasher.hash("correct horse", salt: TestHasher.salt.reversed()) != hash)
        #expect(hasher.cost == (memory: 19456 * 1024, threads: 1))
        #expect(!hasher.needsRehash(hash))
    }

    @Test("takes a secret of any bytes: empty, with NUL, long")
    func anySecret() throws {
        let hasher = try TestHasher(["memory_kib": 64, "iterations": 1])
        for secret in ["", "a\0b", String(repeating: "x", count: 100_000)] {
            let hash = try hasher.hash(secret, salt: TestHasher.salt)
            #expect(hasher.verify(hash, secret) == VAIS_OK)
            #expect(hasher.verify(hash, secret + "a") == VAIS_DENIED)
        }
    }

    @Test("spends nothing on a stored hash that asks for absurd memory, time or lanes")
    func absurdParameters() throws {
        let hasher = try TestHasher()
        for parameters in [
            "m=4294967295,t=1,p=1", "m=262145,t=1,p=1", "m=262144,t=5,p=1", "m=64,t=4294967295,p=1", "m=1024,t=1,p=65",
        ] {
            let hash = "$argon2id$v=19$\(parameters)$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
            let call = TestCall()
            #expect(hasher.verify(hash, "password", call) == VAIS_INVALID)
            #expect(call.message.contains("more than this server allows"))
        }
    }

    static let nonsense = [
        "", "$", "password", "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=4294967552,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$", "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4=",
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4\0",
        "$argon2id$v=19$m=256,t=2,p=1$" + String(repeating: "A", count: 200)
            + "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        "$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
    ]

    @Test("refuses text that is not an Argon2id hash, and asks to replace it", arguments: nonsense)
    func nonsenseIsInvalid(_ text: String) throws {
        let hasher = try TestHasher()
        #expect(hasher.verify(text, "password") != VAIS_OK)
        #expect(hasher.verify(text, "password") != VAIS_DENIED)
        #expect(hasher.needsRehash(text))
    }

    @Test("lets a costly stored hash wait until others leave it the memory, or its time is over")
    func costlyHashes() async throws {
        let hasher = SharedHasher(try TestHasher(["memory_kib": 64, "iterations": 1, "memory_limit_kib": 32768]))
        // One that takes all the memory there is for hashes, about half of the time.
        let costly = try TestHasher(["memory_kib": 32768, "iterations": 2]).hash("password", salt: TestHasher.salt)
        let done = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !done.isSet.load(ordering: .relaxed) {
                    #expect(hasher.value.verify(costly, "password") == VAIS_OK)
                }
            }
            group.addTask {
                defer { done.isSet.store(true, ordering: .relaxed) }
                for _ in 0..<10_000 {
                    let call = TestCall(deadline: Self.soon)
                    let status = hasher.value.verify(costly, "password", call)
                    if status == VAIS_TIMEOUT, call.message.hasPrefix("other hashes took all the memory") { return }
                    await Task.yield()
                }
                Issue.record("two of them ran at once, each time")
            }
        }
        // With time enough, all of them pass.
        await withTaskGroup(of: vais_status.self) { group in
            for _ in 0..<4 { group.addTask { hasher.value.verify(costly, "password") } }
            for await status in group { #expect(status == VAIS_OK) }
        }
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Two milliseconds from now.
    private static var soon: UInt64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec) + 2_000_000
    }

    /// The plugin's hasher bears any thread.
    private struct SharedHasher: @unchecked Sendable {
        let value: TestHasher
        init(_ value: TestHasher) { self.value = value }
    }

    @Test("asks to replace a hash weaker in any parameter, and only then")
    func rehash() throws {
        let hasher = try TestHasher()
        func hash(_ parameters: String) -> String {
            "$argon2id$v=19$\(parameters)$c29tZXNhbHRzb21lc2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
        }
        #expect(!hasher.needsRehash(hash("m=19456,t=2,p=1")))
        #expect(!hasher.needsRehash(hash("m=65536,t=3,p=4")))
        #expect(hasher.needsRehash(hash("m=19455,t=2,p=1")))
        #expect(hasher.needsRehash(hash("m=19456,t=1,p=1")))
        #expect(hasher.needsRehash(Self.vectors[0]), "its salt has 8 bytes")
    }

    @Test(
        "refuses settings that make no sense, with the range in the message",
        arguments: [
            ["memory_kib": 7], ["memory_kib": 262_145], ["iterations": 0], ["lanes": 0], ["lanes": 65],
            ["memory_kib": -1],
            ["lanes": 4, "memory_kib": 31], ["memory_limit_kib": 1],
        ] as [[String: Int64]])
    func badSettings(_ settings: [String: Int64]) throws {
        let error = #expect(throws: PluginProblem.self) { try TestHasher(settings) }
        #expect(error?.description.contains("must be a whole number from ") == true)
    }

    @Test("says how large the buffer must be, and refuses a short salt")
    func buffers() throws {
        let hasher = try TestHasher(["memory_kib": 64, "iterations": 1])
        let whole = try hasher.hash("secret", salt: TestHasher.salt)
        let call = TestCall()
        var out = [CChar](repeating: 1, count: 200)
        var size: UInt64 = 0
        let short = UInt64(whole.utf8.count - 1)
        #expect(hasher.rawHash("secret", TestHasher.salt, &out, short, &size, call) == VAIS_LIMIT)
        #expect(size == UInt64(whole.utf8.count))
        #expect(hasher.rawHash("secret", TestHasher.salt, &out, size, &size, call) == VAIS_OK)
        #expect(out[Int(size)] == 1, "nothing is written behind the text")
        #expect(hasher.rawHash("secret", Array(TestHasher.salt.dropLast()), &out, 200, &size, call) == VAIS_INVALID)
        #expect(call.message.contains("salt of 15 bytes"))
    }

    @Test("does not begin when the deadline has passed")
    func deadline() throws {
        let hasher = try TestHasher()
        #expect(hasher.verify(Self.vectors[0], "password", TestCall(deadline: 1)) == VAIS_TIMEOUT)
    }
}
