internal import CVaisPlugin
internal import Glibc

extension Check {
    static let crashes = [
        Check(
            .crashes, "after kill -9 at random moments every acknowledged commit is there, and none by half",
            proves: .durable
        ) { bench in
            try kill(bench, .commit, batch: 1, rounds: 6 * bench.level.factor)
        },
        Check(.crashes, "after kill -9 during commit_many the same holds") { bench in
            guard bench.plugin.storage.commit_many != nil else { throw Inapplicable("commit_many is not offered") }
            try kill(bench, .commitMany, batch: 8, rounds: 3 * bench.level.factor)
        },
        Check(.crashes, "a process killed right after its last acknowledged commit has lost nothing") { bench in
            try bench.requireDurable()
            let ledger = Ledger()
            let folder = try bench.folder()
            var expected = 0
            for count in [1, 2, 3, 10] {
                let party = try Party(bench, .commitAndDie, folder, count: count)
                let words = try party.rest()
                bench.expect(party.end == .signal(SIGKILL), "a process that kills itself said \(words.suffix(2))")
                expected += count - 1
                let store = try RawStore(bench.plugin, folder: folder)
                let session = try ledger.session(on: store)
                let found = try ledger.count(session)
                bench.expect(found == expected, "of \(expected) acknowledged batches \(found) are there")
                session.close()
                store.close()
            }
        },
        Check(.crashes, "a process killed while it applies the schema leaves what can be applied again") { bench in
            try bench.requireDurable()
            var random = bench.random()
            for round in 0..<(3 * bench.level.factor) {
                let folder = try bench.folder()
                let party = try Party(bench, .apply, folder)
                let first = try party.next()
                bench.expect(first == "opened", "a process that opens a new store: \(first ?? "nothing")")
                usleep(UInt32(random.below(4000)))
                party.kill()
                let book = ModelSchema.book(&random)
                let session = try bench.reopen(folder, ModelSchema.schema, book).session()
                for shape in book.shapes where shape.kind == VAIS_SCAN && shape.cellsOfRange == 0 {
                    bench.expect(session.scan(shape()), VAIS_DONE, [], "round \(round): \(shape.collection.name)")
                }
                session.close()
            }
        },
        Check(.crashes, "after kill -9 every stored object is there, and none by half") { bench in
            guard bench.plugin.blobs != nil else { throw Inapplicable("vais.storage.blob/1 is not offered") }
            try bench.requireDurable()
            var random = bench.random()
            for _ in 0..<(2 * bench.level.factor) {
                let folder = try bench.folder()
                let stored = try acknowledged(Party(bench, .blobs, folder, count: 10_000), "stored", &random)
                let store = try RawStore(bench.plugin, folder: folder)
                let blobs = try RawBlobs(store)
                let ids = blobs.list(after: nil, 10_000).ids
                bench.expect(
                    ids.count == stored || ids.count == stored + 1, "of \(stored) objects the list has \(ids.count)")
                for (number, id) in ids.enumerated() {
                    let bytes = blobs.open(id).reader.map { reader in
                        defer { reader.close() }
                        return reader.read(at: 0, 200_000).bytes
                    }
                    bench.expect(bytes == Worker.object(number), "\(id) has other bytes than were stored")
                }
                store.close()
            }
        },
    ]
}

/// Kills a process that commits, opens what it left, and lets the next go on from there.
///
/// - Parameter batch: how many batches one acknowledgement is for, and so how many may be there without one.
private func kill(_ bench: Bench, _ part: Worker.Part, batch: Int, rounds: Int) throws {
    try bench.requireDurable()
    let ledger = Ledger()
    var random = bench.random()
    let folder = try bench.folder()
    var before = 0
    for round in 0..<rounds where bench.findings.isEmpty {
        let party = try Party(bench, part, folder, count: 1_000_000)
        let acknowledged = try max(before, acknowledged(party, "committed", &random))
        let store = try RawStore(bench.plugin, folder: folder)
        let session = try ledger.session(on: store)
        let count = try ledger.count(session)
        if count < acknowledged || count > acknowledged + batch {
            bench.found(
                "kill -9, round \(round): \(acknowledged) batches were acknowledged",
                expected: "\(acknowledged), or up to \(batch) more that were under way", got: "\(count)")
        }
        before = count
        session.close()
        store.close()
    }
}

/// Lets a process work until it has said some lines of `verb`, then kills it a moment later.
///
/// - Returns: how many numbers from 0 it has said in all.
private func acknowledged(_ party: Party, _ verb: String, _ random: inout SeededGenerator) throws -> Int {
    var said = 0
    func take(_ line: String) throws {
        let words = line.split(separator: " ")
        if words.first.map(String.init) == verb, words.count == 2, let number = Int(words[1]) {
            said = number + 1
        } else if line != "opened" {
            throw Refusal("a process that is to be killed ended by itself: \(line)")
        }
    }
    for _ in 0...random.below(30) {
        guard let line = try party.next() else { throw Refusal("a process that is to be killed ended by itself") }
        try take(line)
    }
    usleep(UInt32(random.below(2000)))
    party.kill()
    // What it had said before it was killed counts.
    while let line = try party.next() { try take(line) }
    return said
}
