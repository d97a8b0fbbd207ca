internal import CVaisPlugin
internal import Synchronization

extension Check {
    static let concurrency = [
        Check(.concurrency, "no ADD of several sessions at once is lost") { bench in
            let counters = try Counters(bench)
            let rounds = 60 * bench.level.factor
            counters.onSessions { thread, session in
                for round in 0..<rounds {
                    counters.commit(
                        session, [counters.shapes.add("shared", 1), counters.shapes.add(.text("own\(thread)"), 1)],
                        "ADD \(round)")
                }
            }
            counters.expect("shared", Int64(counters.threads * rounds))
            for thread in 0..<counters.threads { counters.expect(.text("own\(thread)"), Int64(rounds)) }
        },
        Check(.concurrency, "no guarded read-modify-write of several sessions at once is lost") { bench in
            let counters = try Counters(bench)
            let rounds = 30 * bench.level.factor
            counters.onSessions { _, session in
                for _ in 0..<rounds { counters.increment(session) }
            }
            counters.expect("shared", Int64(counters.threads * rounds))
        },
        Check(.concurrency, "of several sessions that insert the same key, exactly one succeeds") { bench in
            let counters = try Counters(bench)
            let rounds = 40 * bench.level.factor
            let winners = Mutex<[Int: Int]>([:])
            counters.onSessions { thread, session in
                for round in 0..<rounds {
                    let shapes = counters.shapes
                    // By the operation alone in even rounds, by a guard in odd ones.
                    let key = Datum.text("race\(round)")
                    let batch = Batch(
                        stamp: counters.stamp(), guards: round % 2 == 0 ? [] : [shapes.absent(key)],
                        operations: [shapes.insert(key, .integer(Int64(thread)))])
                    let answer = counters.settled(session, batch)
                    if answer.isOK {
                        winners.withLock { $0[round, default: 0] += 1 }
                    } else if answer.status != (round % 2 == 0 ? VAIS_EXISTS : VAIS_GUARD_FAILED) {
                        counters.report("inserting \(key): \(answer)")
                    }
                }
            }
            let wins = winners.withLock { $0 }
            for round in 0..<rounds {
                bench.expect(wins[round] == 1, "race \(round) was won by \(wins[round] ?? 0) sessions")
            }
        },
        Check(.concurrency, "get_many and a page of a scan are each one snapshot, whatever others commit") { bench in
            try readWhileMoving(bench)
        },
        Check(.concurrency, "a commit is seen by every later call of every session") { bench in
            let counters = try Counters(bench)
            let sessions = try (0..<4).map { _ in try counters.store.session() }
            for round in 1...Int64(50) {
                let writer = sessions[Int(round) % 4]
                counters.commit(writer, [counters.shapes.add("shared", 1)], "round \(round)")
                for (number, session) in sessions.enumerated() {
                    bench.expect(
                        session.get([counters.shapes.get("shared")]), VAIS_OK, [[.integer(round)]],
                        "session \(number) after round \(round)")
                }
            }
        },
        Check(.concurrency, "sessions may be opened, moved between threads and closed while others work") { bench in
            let counters = try Counters(bench)
            counters.onSessions { _, _ in
                for round in 0..<10 {
                    do {
                        let session = try counters.store.session()
                        counters.commit(session, [counters.shapes.add("shared", 1)], "round \(round)")
                        onThreads(1) { _ in counters.commit(session, [counters.shapes.add("shared", 1)], "moved") }
                        session.close()
                    } catch { counters.report("\(error)") }
                }
            }
            counters.expect("shared", Int64(counters.threads * 20))
        },
    ]
}

/// Readers sum up two counters between which a writer moves amounts: the sum never changes.
private func readWhileMoving(_ bench: Bench) throws {
    let counters = try Counters(bench)
    let isDone = Mutex(false)
    counters.onSessions { thread, session in
        let shapes = counters.shapes
        guard thread > 0 else {
            for round in 0..<Int64(150 * bench.level.factor) {
                counters.commit(
                    session, [shapes.add("pair left", .integer(-round)), shapes.add("pair right", .integer(round))],
                    "moving")
            }
            return isDone.withLock { $0 = true }
        }
        repeat {
            let read = session.get([shapes.get("pair left"), shapes.get("pair right")])
            let page = session.scan(shapes.pair("pair left", "pair right"))
            for (what, answer) in [("get_many", read), ("scan", page)] {
                let sum = answer.rows.compactMap { $0.first?.integer }.reduce(0, +)
                if answer.rows.count != 2 || sum != 0 { counters.report("\(what): \(answer.answer) \(answer.rows)") }
            }
        } while !isDone.withLock { $0 }
    }
}

/// A store of counters, used by several threads with a session each.
final class Counters: @unchecked Sendable {
    static let collection = Collection(
        id: 1, name: "counters", key: [1], columns: [Column(1, "name", VAIS_TEXT), Column(2, "value", VAIS_I64)],
        indexes: [Index(1, "by_value", on: [2])])

    struct Shapes: Sendable {
        var book = ShapeBook()
        let insert, update, add, absent, version, get, read, pair: Shape

        init() {
            insert = book.use(VAIS_INSERT, collection, [1, 2])
            update = book.use(VAIS_UPDATE, collection, [2])
            add = book.use(VAIS_ADD, collection, [2])
            absent = book.use(VAIS_REQUIRE_ABSENT, collection)
            version = book.use(VAIS_REQUIRE_VERSION, collection)
            get = book.get(collection, [2])
            read = book.get(collection, [2, VAIS_COLUMN_VERSION])
            pair = book.scan(collection, flags: VAIS_SHAPE_LOWER | VAIS_SHAPE_UPPER, [2, 1])
        }
    }

    let shapes = Shapes()
    let store: RawStore
    /// One where the plugin allows no more.
    let threads: Int
    private let bench: Bench
    private let lastStamp = Atomic<Int64>(0)
    private let faults = Mutex<[String]>([])

    init(_ bench: Bench) throws {
        self.bench = bench
        threads = bench.plugin.mostThreads
        store = try bench.store(Schema(collections: [Self.collection]), shapes.book)
        let names = ["shared", "pair left", "pair right"] + (0..<threads).map { "own\($0)" }
        let batch = Batch(stamp: 0, operations: names.map { shapes.insert(.text($0), 0) })
        try bench.require(store.session().commit(batch), "the first batch")
    }

    func stamp() -> Int64 { lastStamp.add(1, ordering: .relaxed).newValue }

    func report(_ fault: String) { faults.withLock { $0.append(fault) } }

    /// Runs `body` on all threads at once, each with a session of its own, and passes on what they reported.
    func onSessions(_ body: @escaping @Sendable (Int, RawSession) -> Void) {
        onThreads(threads) { thread in
            do {
                let session = try self.store.session()
                body(thread, session)
                session.close()
            } catch { self.report("\(error)") }
        }
        for fault in faults.withLock({ $0 }) { bench.found(fault) }
    }

    /// Commits, again and again while the answer is that a race was lost.
    func settled(_ session: RawSession, _ batch: Batch) -> Answer {
        var answer = session.commit(batch)
        for _ in 0..<10_000 where answer.status == VAIS_CONFLICT || answer.status == VAIS_BUSY {
            answer = session.commit(batch)
        }
        return answer
    }

    func commit(_ session: RawSession, _ operations: [Use], _ what: String) {
        let answer = settled(session, Batch(stamp: stamp(), operations: operations))
        if !answer.isOK { report("\(what): \(answer)") }
    }

    /// Reads the shared counter and writes one more, until nobody was faster.
    func increment(_ session: RawSession) {
        for _ in 0..<100_000 {
            let read = session.get([shapes.read("shared")])
            guard let row = read.rows.first, let value = row[0].integer else {
                return report("reading: \(read.answer)")
            }
            let batch = Batch(
                stamp: stamp(), guards: [shapes.version("shared", row[1])],
                operations: [shapes.update("shared", .integer(value + 1))])
            let answer = settled(session, batch)
            if answer.isOK { return }
            if answer.status != VAIS_GUARD_FAILED { return report("increment: \(answer)") }
        }
        report("an increment lost 100,000 races")
    }

    func expect(_ name: Datum, _ value: Int64) {
        do {
            bench.expect(
                try store.session().get([shapes.get(name)]), VAIS_OK, [[.integer(value)]], "the counter \(name)")
        } catch { bench.found("\(error)") }
    }
}
