internal import CVaisPlugin
internal import Synchronization

/// The measurements of a storage plugin, by its C table: arguments are made beforehand, so that what is measured is the call.
struct PluginMeasurements {
    private static let items = Collection(
        id: 1, name: "items", key: [1],
        columns: [Column(1, "name", VAIS_TEXT), Column(2, "number", VAIS_I64), Column(3, "note", VAIS_TEXT)])
    private static let rows = 10_000
    private static let threads = 8
    /// How long the loop of one measurement goes on, in nanoseconds.
    private static let span: UInt64 = 600_000_000

    private let bench: Bench
    private let plugin: PluginUnderTest
    private let api: vais_storage
    private var book = ShapeBook()
    private let insert, absent, get, numbers, wholes: Shape

    init(_ plugin: PluginUnderTest, _ job: KitJob) {
        self.plugin = plugin
        api = plugin.storage
        bench = Bench(Check.loading, plugin, seed: job.seed, level: job.level) { _ in }
        insert = book.use(VAIS_INSERT, Self.items, [1, 2, 3])
        absent = book.use(VAIS_REQUIRE_ABSENT, Self.items)
        get = book.get(Self.items, [2])
        numbers = book.scan(Self.items, [2])
        wholes = book.scan(Self.items, [1, 2, 3])
    }

    func run(_ report: (Measurement) -> Void) throws {
        defer { bench.tearDown() }
        let store = try bench.store(Schema(collections: [Self.items]), book)
        let session = try store.session()
        for start in stride(from: 0, to: Self.rows, by: 1000) {
            let inserts = (start..<start + 1000).map { inserting(Self.name($0), $0) }
            try bench.require(session.commit(Batch(stamp: Int64(start), operations: inserts)), "filling the store")
        }
        report(try repeating("health: a call with nothing to do", "call", 1) { api.health(store.handle, $0) })
        report(try getting("get_many, 1 key that is missing", "call", 1, session, [get("no such name")]))
        report(try getting("get_many, 1 key", "call", 1, session, [get(Self.name(4321))]))
        let many = (0..<50).map { get(Self.name($0 * 197 % Self.rows)) }
        report(try getting("get_many, 50 keys", "key", 50, session, many))
        report(try scanning("scan, page of 1,000 rows of 1 integer", session, numbers))
        report(try scanning("scan, page of 1,000 rows of 2 texts and 1 integer", session, wholes))
        report(try committing("commit, 1 guard and 1 INSERT", session))
        report(try committingAtOnce(store))
        if session.offersCommitMany { report(try committingMany("commit_many, 64 batches", session, 64)) }
        session.close()
        store.close()
    }

    private static func name(_ number: Int) -> Datum {
        let digits = String(number)
        return .text("package-" + String(repeating: "0", count: 8 - min(8, digits.utf8.count)) + digits)
    }

    private func inserting(_ name: Datum, _ number: Int) -> Use {
        insert(name, .integer(Int64(number)), "a note of some thirty characters")
    }

    // ---- Reading ----

    private func getting(_ name: String, _ unit: String, _ count: Int, _ session: RawSession, _ uses: [Use]) throws
        -> Measurement
    {
        let arena = Arena()
        let raw = arena.uses(uses)
        var buffer = PageBuffer(cells: 1000, bytes: 100_000)
        return try repeating(name, unit, count) {
            api.get_many(session.handle, raw, UInt32(uses.count), &buffer.page, $0)
        }
    }

    private func scanning(_ name: String, _ session: RawSession, _ shape: Shape) throws -> Measurement {
        let arena = Arena()
        let raw = arena.uses([shape()])
        var buffer = PageBuffer(cells: 4000, bytes: 200_000)
        return try repeating(name, "row", 1000) { api.scan(session.handle, raw, nil, 0, 1000, &buffer.page, $0) }
    }

    /// - Parameter units: how many units one call is.
    private func repeating(
        _ name: String, _ unit: String, _ units: Int, _ call: (UnsafeMutablePointer<vais_call>) -> vais_status
    ) throws -> Measurement {
        var arguments = vais_call()
        arguments.struct_size = size(of: vais_call.self)
        return try Measurement.repeating(name, per: unit, units, span: Self.span) {
            let status = call(&arguments)
            guard status == VAIS_OK || status == VAIS_DONE else {
                throw Refusal("\(name) answered \(statusName(status))")
            }
        }
    }

    // ---- Writing ----

    private func batch(_ name: Datum, _ stamp: Int) -> Batch {
        Batch(stamp: Int64(stamp), guards: [absent(name)], operations: [inserting(name, stamp)])
    }

    private func committing(_ name: String, _ session: RawSession) throws -> Measurement {
        var samples: [Double] = []
        let end = monotonicNow() + Self.span
        while monotonicNow() < end, samples.count < 20_000 {
            samples.append(try timed(name, session, batch(.text("single \(samples.count)"), samples.count)))
        }
        return Measurement(name, per: "batch", count: samples.count, samples: samples)
    }

    private func committingAtOnce(_ store: RawStore) throws -> Measurement {
        let threads = plugin.mostThreads == 1 ? 1 : Self.threads
        let results = Mutex<(samples: [Double], fault: String?)>(([], nil))
        let measurements = self
        let start = monotonicNow()
        let end = start + Self.span
        onThreads(threads) { thread in
            var samples: [Double] = []
            do {
                let session = try store.session()
                while monotonicNow() < end, samples.count < 20_000 {
                    let batch = measurements.batch(.text("thread \(thread) \(samples.count)"), samples.count)
                    samples.append(try measurements.timed("commit", session, batch))
                }
                session.close()
            } catch { results.withLock { $0.fault = "\(error)" } }
            results.withLock { $0.samples += samples }
        }
        let seconds = Double(monotonicNow() - start) / 1e9
        let (samples, fault) = results.withLock { $0 }
        if let fault { throw Refusal(fault) }
        return Measurement(
            "commit by \(threads) threads at once", per: "batch", count: samples.count, samples: samples,
            perSecond: Double(samples.count) / seconds)
    }

    private func committingMany(_ name: String, _ session: RawSession, _ count: Int) throws -> Measurement {
        var samples: [Double] = []
        let began = monotonicNow()
        let end = began + Self.span
        while monotonicNow() < end, samples.count < 2000 {
            let arena = Arena()
            let round = samples.count
            let raw = arena.structs((0..<count).map { arena.batch(batch(.text("group \(round) \($0)"), $0)) })
            var outcomes = [vais_outcome](repeating: vais_outcome(), count: count)
            guard let commitMany = api.commit_many else { break }
            let start = monotonicNow()
            let answer = calling {
                commitMany(session.handle, raw.first, raw.stride, UInt32(count), &outcomes, $0)
            }
            samples.append(Double(monotonicNow() - start) / Double(count))
            guard answer.isOK, outcomes.allSatisfy({ $0.status == VAIS_OK }) else {
                throw Refusal("\(name) answered \(answer), outcomes \(outcomes.map { statusName($0.status) })")
            }
        }
        return Measurement(name, per: "batch", count: samples.count * count, samples: samples)
    }

    /// How long the commit took, in nanoseconds; one that lost a race is made again.
    private func timed(_ name: String, _ session: RawSession, _ batch: Batch) throws -> Double {
        let arena = Arena()
        var raw = arena.batch(batch)
        var call = vais_call()
        call.struct_size = size(of: vais_call.self)
        let start = monotonicNow()
        var status = api.commit(session.handle, &raw, &call)
        while status == VAIS_CONFLICT || status == VAIS_BUSY { status = api.commit(session.handle, &raw, &call) }
        let time = monotonicNow() - start
        guard status == VAIS_OK else { throw Refusal("\(name) answered \(statusName(status))") }
        return Double(time)
    }
}
