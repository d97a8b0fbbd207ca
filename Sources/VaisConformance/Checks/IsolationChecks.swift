internal import CVaisPlugin
internal import Synchronization

extension Check {
    static let isolation = [
        Check(.isolation, "what sessions at once are answered has an explanation one after the other") { bench in
            let recorder = try HistoryRecorder(bench)
            var random = bench.random()
            for round in 0..<(40 * bench.level.factor) where bench.findings.isEmpty {
                let history = try recorder.record(round, &random)
                guard case .contradiction(let explained) = history.verdict(counters: HistoryRecorder.counters) else {
                    continue
                }
                bench.found(
                    "\(history.entries.count) calls of \(recorder.threads) sessions at once on "
                        + "\(HistoryRecorder.counters) counters that began as 0, round \(round)",
                    expected: "an order of the calls, each between its beginning and its end, that gives these answers",
                    got: "none; the longest order found explains \(explained) of them",
                    steps: history.entries.sorted { $0.began < $1.began }.map { "\($0)" })
            }
        }
    ]
}

/// Lets sessions work on a few counters at once, and writes down what each was answered, and when.
private final class HistoryRecorder: @unchecked Sendable {
    static let counters = 3
    private static let callsOfSession = 5
    private static let collection = Collection(
        id: 1, name: "counters", key: [1, 2],
        columns: [Column(1, "round", VAIS_I64), Column(2, "number", VAIS_I64), Column(3, "value", VAIS_I64)])

    private struct Shapes {
        var book = ShapeBook()
        let insert, update, add, equal, get, scan: Shape

        init() {
            insert = book.use(VAIS_INSERT, collection, [1, 2, 3])
            update = book.use(VAIS_UPDATE, collection, [3])
            add = book.use(VAIS_ADD, collection, [3])
            equal = book.use(VAIS_REQUIRE_EQUAL, collection, [3])
            get = book.get(collection, [3])
            scan = book.scan(collection, prefix: 1, [3])
        }
    }

    let threads: Int
    private let shapes = Shapes()
    private let store: RawStore
    private let sessions: [RawSession]
    private let clock = Atomic<Int>(0)
    private let stamps = Atomic<Int64>(1)

    init(_ bench: Bench) throws {
        threads = bench.plugin.mostThreads
        let store = try bench.store(Schema(collections: [Self.collection]), shapes.book)
        self.store = store
        sessions = try (0..<threads).map { _ in try store.session() }
    }

    func record(_ round: Int, _ random: inout SeededGenerator) throws -> History {
        let inserts = (0..<Self.counters).map { shapes.insert(.integer(Int64(round)), .integer(Int64($0)), 0) }
        let answer = commit(0, [], inserts)
        guard answer.isOK else { throw Refusal("inserting counters answered \(answer)") }
        let calls = (0..<threads).map { _ in (0..<Self.callsOfSession).map { _ in Self.call(&random) } }
        let entries = Mutex<[History.Entry]>([])
        let faults = Mutex<[String]>([])
        let ready = Atomic<Int>(0)
        onThreads(threads) { [self] session in
            // All begin at the same time, or nothing would ever overlap.
            ready.add(1, ordering: .relaxed)
            while ready.load(ordering: .relaxed) < threads {}
            for call in calls[session] {
                let began = clock.add(1, ordering: .sequentiallyConsistent).newValue
                let result = perform(call, session, round)
                let ended = clock.add(1, ordering: .sequentiallyConsistent).newValue
                switch result {
                case .success(let answer):
                    entries.withLock {
                        $0.append(
                            History.Entry(session: session, call: call, answer: answer, began: began, ended: ended))
                    }
                case .failure(let fault): faults.withLock { $0.append(fault.description) }
                }
            }
        }
        if let fault = faults.withLock({ $0.first }) { throw Refusal(fault) }
        return History(entries: entries.withLock { $0 })
    }

    private static func call(_ random: inout SeededGenerator) -> History.Call {
        let counter = random.below(counters)
        let value = Int64(1 + random.below(3))
        return switch random.below(6) {
        case 0: .read(byScan: true)
        case 1: .read(byScan: false)
        case 2: .set(counter, value * 10)
        case 3: .add(counter, value)
        case 4: .move(counter, (counter + 1) % counters, value)
        default: .exchange(counter, from: Int64(random.below(3)), to: value)
        }
    }

    private func perform(_ call: History.Call, _ session: Int, _ round: Int) -> Result<History.Answer, Refusal> {
        func key(_ counter: Int) -> [Datum] { [.integer(Int64(round)), .integer(Int64(counter))] }
        let answer: Answer
        switch call {
        case .read(let byScan):
            let read =
                byScan
                ? sessions[session].scan(shapes.scan(.integer(Int64(round))))
                : sessions[session].get((0..<Self.counters).map { shapes.get(key($0)) })
            let values = read.rows.compactMap { $0.first?.integer }
            guard values.count == Self.counters else {
                return .failure(Refusal("reading the counters answered \(read.answer) \(read.rows)"))
            }
            return .success(.values(values))
        case .set(let counter, let value):
            answer = commit(session, [], [shapes.update(key(counter) + [.integer(value)])])
        case .add(let counter, let amount):
            answer = commit(session, [], [shapes.add(key(counter) + [.integer(amount)])])
        case .move(let source, let target, let amount):
            answer = commit(
                session, [],
                [shapes.add(key(source) + [.integer(-amount)]), shapes.add(key(target) + [.integer(amount)])])
        case .exchange(let counter, let expected, let value):
            answer = commit(
                session, [shapes.equal(key(counter) + [.integer(expected)])],
                [shapes.update(key(counter) + [.integer(value)])])
        }
        switch answer.status {
        case VAIS_OK: return .success(.done)
        case VAIS_GUARD_FAILED: return .success(.guardFailed)
        case VAIS_AMBIGUOUS: return .success(.unknown)
        default: return .failure(Refusal("\(call) answered \(answer)"))
        }
    }

    /// Commits, again while the answer is that a race was lost, which says that nothing was changed.
    private func commit(_ session: Int, _ guards: [Use], _ operations: [Use]) -> Answer {
        let stamp = stamps.add(1, ordering: .relaxed).newValue
        let batch = Batch(stamp: stamp, guards: guards, operations: operations)
        var answer = sessions[session].commit(batch)
        for _ in 0..<10_000 where answer.status == VAIS_CONFLICT || answer.status == VAIS_BUSY {
            answer = sessions[session].commit(batch)
        }
        return answer
    }
}
