internal import CVaisPlugin
internal import VaisHost
internal import Synchronization

extension Check {
    /// Every check of "vais.digest/1".
    static let digest: [Check] =
        manners(of: .digest) + [
            // Compared around every check; this one makes one call of each kind and nothing else.
            Check(
                .hygiene, "leaves streams, signals, folder, locale, umask, environment and threads as they were",
                for: .digest
            ) { bench in
                let digest = try RawDigest(bench.plugin)
                for algorithm in digest.algorithms {
                    let context = try digest.context(algorithm)
                    try context.update([1, 2, 3])
                    let answer = context.finish()
                    try context.reset()
                    bench.compare(digest.atOnce(algorithm, [[1], [2, 3]]), "\(answer)", algorithm.name)
                }
            },
            Check(.hygiene, "the list of algorithms is well formed, has sha256, and stays the same", for: .digest) {
                bench in
                try inspectAlgorithms(bench)
            },
            Check(.hygiene, "leaves a thread model in which several digests are computed at once", for: .digest) {
                bench in
                bench.expect(bench.plugin.mostThreads > 1, "it allows one call at a time, and the host refuses it")
            },
            Check(.knownAnswers, "no bytes, three, and a MiB", for: .digest) { bench in
                try compareKnown(bench) { digest, algorithm, known in
                    for (bytes, expected) in [
                        ([], known.empty), (Array("abc".utf8), known.short),
                        (DigestAnswers.message(1 << 20), known.long),
                    ] {
                        let answer = digest.atOnce(algorithm, [bytes])
                        bench.compare(answer, expected, "\(algorithm.name) of \(bytes.count) bytes")
                    }
                }
            },
            Check(.knownAnswers, "every length across the borders of blocks", for: .digest) { bench in
                let message = DigestAnswers.message(300)
                try compareKnown(bench) { digest, algorithm, known in
                    let digests = (0...300).flatMap { digest.atOnce(algorithm, [Array(message.prefix($0))]).bytes }
                    bench.compare(
                        digest.atOnce(algorithm, [digests]), known.lengths,
                        "\(algorithm.name) of the digests of 0, 1, … 300 bytes")
                }
            },
        ] + contexts + [
            Check(
                .refusals, "a buffer too small is answered LIMIT and left alone, and reset makes all good", for: .digest
            ) { bench in
                try offerSmallBuffers(bench)
            },
            Check(.concurrency, "digests at once on several threads are those of one", for: .digest) { bench in
                try digestOnThreads(bench)
            },
        ]

    private static let contexts = [
        Check(.contexts, "pieces of any length give what the whole gives", for: .digest) { bench in
            var random = bench.random()
            for algorithm in try RawDigest(bench.plugin).algorithms {
                try comparePieces(bench, algorithm, DigestAnswers.message(1 << 20), most: 40_000, &random)
                for _ in 0..<40 * bench.level.factor {
                    try comparePieces(bench, algorithm, DigestAnswers.message(random.below(1000)), most: 150, &random)
                }
            }
        },
        Check(.contexts, "contexts that take turns do not mix", for: .digest) { bench in
            let digest = try RawDigest(bench.plugin)
            var random = bench.random()
            let contexts = try (0..<24).map { try digest.context(digest.algorithms[$0 % digest.algorithms.count]) }
            var messages = contexts.map { _ in [UInt8]() }
            for _ in 0..<500 {
                let number = random.below(contexts.count)
                let piece = (0..<random.below(200)).map { _ in UInt8.random(in: 0...255, using: &random) }
                try contexts[number].update(piece)
                messages[number] += piece
            }
            for (context, message) in zip(contexts, messages) {
                let expected = digest.atOnce(context.algorithm, [message])
                bench.compare(context.finish(), "\(expected)", "\(context.algorithm.name), one of 24 contexts")
            }
        },
        Check(.contexts, "reset starts over, in the middle and after the end", for: .digest) { bench in
            let digest = try RawDigest(bench.plugin)
            for algorithm in digest.algorithms {
                let context = try digest.context(algorithm)
                let expected = "\(digest.atOnce(algorithm, [Array("abc".utf8)]))"
                try context.update(DigestAnswers.message(777))
                for moment in ["in the middle", "after final", "after reset and final"] {
                    try context.reset()
                    try context.update(Array("abc".utf8))
                    bench.compare(context.finish(), expected, "\(algorithm.name) after reset \(moment)")
                }
            }
        },
    ]
}

extension Bench {
    /// Records a finding unless the answer is this digest, in hexadecimal digits.
    func compare(_ answer: DigestAnswer, _ expected: String, _ what: @autoclosure () -> String) {
        if "\(answer)" != expected { found(what(), expected: expected, got: "\(answer)") }
    }
}

private func compareKnown(_ bench: Bench, _ body: (RawDigest, RawDigest.Algorithm, DigestAnswers) throws -> Void) throws
{
    let digest = try RawDigest(bench.plugin)
    for algorithm in digest.algorithms {
        guard let known = DigestAnswers.all.first(where: { $0.algorithm == algorithm.name }) else { continue }
        try body(digest, algorithm, known)
    }
}

private func inspectAlgorithms(_ bench: Bench) throws {
    let digest = try RawDigest(bench.plugin)
    let names = digest.algorithms.map(\.name)
    bench.expect(names.count < Int(RawDigest.mostAlgorithms), "the list of algorithms has no end")
    bench.expect(names.contains("sha256"), "there is no sha256, only \(names)")
    bench.expect(Set(names).count == names.count, "a name stands twice in \(names)")
    bench.expect(
        try RawDigest(bench.plugin).algorithms.map(\.pointer) == digest.algorithms.map(\.pointer), "it changes")
    for position in [UInt32(names.count), UInt32(names.count) + 1, 1 << 31, .max] {
        bench.expect(digest.table.algorithm(position) == nil, "there is an algorithm at \(position), behind the last")
    }
    for algorithm in digest.algorithms {
        let fields = algorithm.pointer.pointee
        bench.expect(
            fields.struct_size >= VAIS_ALGORITHM_SIZE_1_0, "\(algorithm.name) has \(fields.struct_size) bytes")
        bench.expect(
            (1...1024).contains(fields.digest_size), "\(algorithm.name) has a digest of \(fields.digest_size) bytes")
        bench.expect(
            !algorithm.name.isEmpty
                && algorithm.name.utf8.allSatisfy {
                    UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                        || $0 == UInt8(ascii: "_")
                }, "the name \(quotedText(algorithm.name)) is not lower case without dashes")
    }
}

private func comparePieces(
    _ bench: Bench, _ algorithm: RawDigest.Algorithm, _ message: [UInt8], most: Int, _ random: inout SeededGenerator
) throws {
    let digest = try RawDigest(bench.plugin)
    var pieces: [[UInt8]] = []
    var rest = message[...]
    while !rest.isEmpty {
        let piece = rest.prefix(random.below(most))
        pieces.append(Array(piece))
        rest = rest.dropFirst(piece.count)
    }
    let whole = "\(digest.atOnce(algorithm, [message]))"
    let lengths = "\(algorithm.name) of \(message.count) bytes, as \(pieces.prefix(12).map(\.count)) …"
    bench.compare(digest.atOnce(algorithm, pieces), whole, "\(lengths), in spans")
    let context = try digest.context(algorithm)
    for piece in pieces { try context.update(piece) }
    bench.compare(context.finish(), whole, "\(lengths), through a context")
}

private func offerSmallBuffers(_ bench: Bench) throws {
    let digest = try RawDigest(bench.plugin)
    for algorithm in digest.algorithms {
        let expected = "\(digest.atOnce(algorithm, [Array("abc".utf8)]))"
        let context = try digest.context(algorithm)
        for capacity in [0, 1, algorithm.size - 1] {
            try context.update(Array("abc".utf8))
            for (call, answer) in [
                ("oneshot", digest.atOnce(algorithm, [], capacity: capacity)),
                ("context_final", context.finish(capacity: capacity)),
            ] {
                bench.compare(answer, "LIMIT", "\(call) of \(algorithm.name) with room for \(capacity) bytes")
            }
            try context.reset()
        }
        try context.update(Array("abc".utf8))
        bench.compare(context.finish(), expected, "\(algorithm.name) after LIMIT and reset")
    }
}

private func digestOnThreads(_ bench: Bench) throws {
    let digest = try RawDigest(bench.plugin)
    let message = DigestAnswers.message(3000)
    let expected = digest.algorithms.map { algorithm in
        stride(from: 0, through: 3000, by: 100).map { digest.atOnce(algorithm, [Array(message.prefix($0))]) }
    }
    let wrong = Mutex(0)
    // Each context was made by another thread than the one that uses it.
    let contexts = try (0..<bench.plugin.mostThreads).map { _ in try digest.algorithms.map { try digest.context($0) } }
    let factor = bench.level.factor
    onThreads(contexts.count) { thread in
        // Quick digests are made again for a while, so that the threads meet.
        let until = monotonicNow() + 100_000_000
        var round = 0
        while round < 60 * factor || monotonicNow() < until {
            round += 1
            for (number, algorithm) in digest.algorithms.enumerated() {
                let length = (round * 7 + thread * 3) % 31
                let bytes = Array(message.prefix(length * 100))
                let context = contexts[thread][number]
                try? context.reset()
                try? context.update(bytes)
                let isRight =
                    context.finish() == expected[number][length]
                    && digest.atOnce(algorithm, [bytes]) == expected[number][length]
                if !isRight { wrong.withLock { $0 += 1 } }
            }
        }
    }
    let count = wrong.withLock { $0 }
    bench.expect(count == 0, "\(count) digests are otherwise than on one thread")
}
