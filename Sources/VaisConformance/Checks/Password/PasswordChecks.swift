internal import CVaisPlugin
internal import VaisHost
internal import Synchronization

extension Check {
    /// Every check of "vais.password/1".
    static let password: [Check] =
        manners(of: .password) + [
            // Compared around every check; this one makes one call of each kind and nothing else.
            Check(
                .hygiene, "leaves streams, signals, folder, locale, umask, environment and threads as they were",
                for: .password
            ) { bench in
                let hasher = try RawHasher(bench.plugin)
                let phc = try hasher.phc(secret)
                bench.expect(hasher.verify(phc, secret), VAIS_OK, "verify")
                bench.expect(!hasher.needsRehash(phc), "a hash of its own needs a rehash")
            },
            Check(.hygiene, "a hasher can be opened and closed many times, and says what it costs", for: .password) {
                bench in
                for _ in 0..<5 {
                    let cost = try RawHasher(bench.plugin).cost
                    bench.expect(cost.memory > 0 && cost.threads > 0, "cost is \(cost.memory) bytes, \(cost.threads)")
                }
            },
        ] + hashing + [
            Check(
                .refusals, "a buffer too small is answered LIMIT and left alone, with the size that is needed",
                for: .password
            ) { bench in
                try offerSmallBuffers(bench)
            },
            Check(.refusals, "flags it does not know are refused", for: .password) { bench in
                let hasher = try RawHasher(bench.plugin)
                let phc = try hasher.phc(secret)
                bench.expect(hasher.hash(secret, salt: salt(1), .unknownFlag).answer, VAIS_UNSUPPORTED, "hash")
                bench.expect(hasher.verify(phc, secret, .unknownFlag), VAIS_UNSUPPORTED, "verify")
            },
            Check(.damage, "text that is no hash is refused", for: .password) { bench in try verifyNonsense(bench) },
            Check(.damage, "a damaged hash is nobody's", for: .password) { bench in try verifyDamaged(bench) },
            Check(.concurrency, "hashes at once on several threads are those of one", for: .password) { bench in
                try hashOnThreads(bench)
            },
            Check(.cancelling, "a deadline that has passed and a cancelled call end before the work", for: .password) {
                bench in
                let hasher = try RawHasher(bench.plugin)
                let phc = try hasher.phc(secret)
                bench.expect(hasher.hash(secret, salt: salt(1), .expired).answer, VAIS_TIMEOUT, "hash")
                bench.expect(hasher.verify(phc, secret, .expired), VAIS_TIMEOUT, "verify")
                withUnsafePointer(to: UInt32(1)) { cancelled in
                    let options = CallOptions(cancelled: cancelled)
                    bench.expect(hasher.hash(secret, salt: salt(1), options).answer, VAIS_CANCELLED, "hash, cancelled")
                    bench.expect(hasher.verify(phc, secret, options), VAIS_CANCELLED, "verify, cancelled")
                }
                bench.expect(hasher.verify(phc, secret), VAIS_OK, "verify after all that")
            },
        ]

    private static let hashing = [
        Check(.hashing, "a secret of any bytes verifies, and no other does", for: .password) { bench in
            let hasher = try RawHasher(bench.plugin)
            for secret in secrets {
                let phc = try hasher.phc(secret)
                let isPHC =
                    phc.first == UInt8(ascii: "$") && phc.allSatisfy { 0x21...0x7E ~= $0 }
                    && phc.count { $0 == UInt8(ascii: "$") } >= 3
                bench.expect(isPHC, "\(quotedText(String(decoding: phc, as: UTF8.self))) is no PHC string")
                bench.expect(hasher.verify(phc, secret), VAIS_OK, "verify of a secret of \(secret.count) bytes")
                bench.expect(!hasher.needsRehash(phc), "a hash of its own needs a rehash")
                for other in [secret + [0], secret + [0x20], Array(secret.dropLast()), secret.map { $0 ^ 1 }]
                where other != secret {
                    bench.expect(
                        hasher.verify(phc, other), VAIS_DENIED,
                        "verify of \(other.count) bytes against the hash of \(secret.count) others")
                }
            }
        },
        Check(.hashing, "the salt, all of it, and the secret make the hash, and nothing else", for: .password) {
            bench in
            let hasher = try RawHasher(bench.plugin)
            let phc = try hasher.phc(secret, salt: salt(0))
            bench.expect(try hasher.phc(secret, salt: salt(0)) == phc, "the same secret and salt give another hash")
            bench.expect(
                try RawHasher(bench.plugin).phc(secret, salt: salt(0)) == phc, "another hasher gives another hash")
            for position in 0..<16 {
                var other = salt(0)
                other[position] ^= 0x80
                let changed = try hasher.phc(secret, salt: other)
                bench.expect(changed != phc, "byte \(position) of the salt makes no difference")
                if position == 15 { bench.expect(hasher.verify(changed, secret), VAIS_OK, "verify with another salt") }
            }
            bench.expect(hasher.verify(try hasher.phc(secret, salt: salt(0) + salt(1)), secret), VAIS_OK, "32 bytes")
        },
    ]
}

private let secret = Array("correct horse".utf8)
/// The longest is as long as the host lets a secret be.
private let secrets: [[UInt8]] = [
    [], [0], Array("x".utf8), Array("a\0b".utf8), [0xFF, 0xFE, 0xC0, 0x80], Array("pass\r\nword $".utf8),
    DigestAnswers.message(4096),
]

private func salt(_ number: UInt8) -> [UInt8] { (0..<16).map { $0 &* 17 &+ number } }

private func offerSmallBuffers(_ bench: Bench) throws {
    let hasher = try RawHasher(bench.plugin)
    let whole = try hasher.phc(secret, salt: salt(0))
    for capacity in [0, 1, whole.count - 1, whole.count] {
        let hash = hasher.hash(secret, salt: salt(0), capacity: capacity)
        let what = "hash with room for \(capacity) of \(whole.count) bytes"
        bench.expect(hash.answer, capacity < whole.count ? VAIS_LIMIT : VAIS_OK, what)
        bench.expect(hash.size == UInt64(whole.count), "\(what) says that \(hash.size) are needed")
        bench.expect(!hash.overran, "\(what) writes behind it")
    }
}

private func verifyNonsense(_ bench: Bench) throws {
    let hasher = try RawHasher(bench.plugin)
    let own = try hasher.phc(secret)
    let name = own.dropFirst().prefix { $0 != UInt8(ascii: "$") }
    let start = [UInt8(ascii: "$")] + name
    for text in [
        [], Array("$".utf8), Array("$$$$$$".utf8), Array("password".utf8), Array("$nobody$v=1$eA$eA".utf8), start,
        start + Array("$".utf8), start + Array("$v=19$m=99999999999999999999,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHQ".utf8),
        start + Array("$v=19$m=4294967295,t=4294967295,p=16777215$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAA".utf8),
        start + Array("$v=-1$m=-1,t=-1,p=-1$$".utf8), [0] + own, own + [0], [UInt8](repeating: 0x24, count: 1 << 20),
        start + [UInt8](repeating: 0x41, count: 1 << 20), [0xFF, 0xFE, 0x00, 0x80],
    ] {
        let shown = quotedText(String(decoding: text.prefix(60), as: UTF8.self))
        bench.expect(hasher.verify(text, secret), VAIS_INVALID, "verify against \(shown) (\(text.count) bytes)")
        _ = hasher.needsRehash(text)
    }
}

private func verifyDamaged(_ bench: Bench) throws {
    let hasher = try RawHasher(bench.plugin)
    let own = try hasher.phc(secret)
    var random = bench.random()
    for length in 0..<own.count {
        let cut = Array(own.prefix(length))
        expectRefusal(bench, hasher, cut, "the first \(length) of its \(own.count) bytes")
    }
    for _ in 0..<60 * bench.level.factor {
        var text = own
        for _ in 0...random.below(3) {
            let position = random.below(text.count)
            switch random.below(4) {
            case 0: text[position] = UInt8.random(in: 0...255, using: &random)
            case 1: text[position] = random.pick(own)
            case 2: text.insert(random.pick(own), at: position)
            default: text.remove(at: position)
            }
        }
        guard text != own else { continue }
        expectRefusal(bench, hasher, text, quotedText(String(decoding: text, as: UTF8.self)))
        _ = hasher.needsRehash(text)
    }
    bench.expect(hasher.verify(own, secret), VAIS_OK, "verify after all that")
}

/// Damage to the salt or the digest makes the hash another secret's; damage elsewhere mostly makes it unreadable, or too costly.
private func expectRefusal(_ bench: Bench, _ hasher: RawHasher, _ text: [UInt8], _ what: String) {
    let options = CallOptions(deadline: monotonicNow() + 10_000_000_000)
    let answer = hasher.verify(text, secret, options)
    guard ![VAIS_DENIED, VAIS_INVALID, VAIS_TIMEOUT, VAIS_BUSY].contains(answer.status) else { return }
    bench.found("verify against \(what)", expected: "DENIED or INVALID", got: "\(answer)")
}

private func hashOnThreads(_ bench: Bench) throws {
    let hasher = try RawHasher(bench.plugin)
    let cost = hasher.cost
    // As many as the host would run at once.
    let count = max(1, min(bench.plugin.mostThreads, Int(clamping: (256 << 20) / max(1, cost.memory))))
    let secrets = (0..<count).map { secret + [UInt8($0)] }
    let expected = try secrets.map { try hasher.phc($0) }
    let faults = Mutex<[String]>([])
    let factor = bench.level.factor
    onThreads(count) { thread in
        // Quick hashes are made again for a while, so that the threads meet.
        let until = monotonicNow() + 100_000_000
        var rounds = 0
        while rounds < 3 * factor || monotonicNow() < until {
            rounds += 1
            let hash = hasher.hash(secrets[thread], salt: Array("sixteen bytes of".utf8))
            let own = hasher.verify(expected[thread], secrets[thread])
            let other = hasher.verify(expected[(thread + 1) % count], secrets[thread])
            let isRight =
                hash.answer.isOK && hash.text == expected[thread] && own.isOK
                && other.status == (count == 1 ? VAIS_OK : VAIS_DENIED)
            if !isRight {
                faults.withLock { $0.append("hash \(hash.answer), verify \(own), verify of another's \(other)") }
            }
        }
    }
    for fault in faults.withLock({ $0 }).prefix(3) {
        bench.found("\(count) threads at once", expected: "what one thread gets", got: fault)
    }
}
