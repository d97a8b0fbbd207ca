internal import Synchronization
internal import VaisHost
internal import VaisModel

/// Counts downloads in memory and adds them to the store every few seconds, many in one batch: a download costs no write of its own.
/// What was counted since the last flush is lost in a crash, and nothing else is. Thread-safe.
///
/// A batch that fails is kept as it is and sent again until it is known to be stored. It inserts an id of its own, and a later batch
/// deletes that: if it did take effect although its answer was lost, the id makes the second attempt fail, and it counts once.
final class DownloadCounter: Sendable {
    private struct State {
        var counts: [ReleaseID: Int64] = [:]
        var isScheduled = false
        /// Sent, and not known to be stored. Nothing else is sent until it is.
        var underWay: Flush?
        /// The id of the last batch that was stored; the next one deletes it.
        var stored: String?
        /// The newest flush, which waits for those before it.
        var last: Task<Void, Never>?
    }

    private struct Flush {
        let id: String
        let previous: String?
        var counts: [(release: ReleaseID, count: Int64)]
        /// Whether an attempt failed, and so may still be on its way. The id then stays, to stop it.
        var mayArrive = false
    }

    private static let delay = Duration.seconds(5)
    private static let batchSize = 200
    /// Left-over ids are kept for a week, far longer than any attempt is under way.
    private static let keep: Int64 = 7 * 86_400_000_000

    private let records: any RecordStore
    private let shapes: RegistryShapes
    private let state = Mutex(State())

    init(_ records: any RecordStore, _ shapes: RegistryShapes) {
        self.records = records
        self.shapes = shapes
    }

    func count(_ release: ReleaseID) {
        state.withLock { $0.counts[release, default: 0] += 1 }
        schedule()
    }

    /// Stores what was counted, after any flush that is under way. Gives how many downloads are still not known to be stored.
    @discardableResult
    func flush() async -> Int64 {
        let task = state.withLock { state in
            let previous = state.last
            let task = Task {
                await previous?.value
                await self.storeAll()
            }
            state.last = task
            return task
        }
        await task.value
        return unstored
    }

    private var unstored: Int64 {
        state.withLock { state in
            state.counts.values.reduce(0, +) + (state.underWay?.counts.reduce(0) { $0 + $1.count } ?? 0)
        }
    }

    private func schedule() {
        let isFirst = state.withLock { state in
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard isFirst else { return }
        Task { [weak self] in
            try? await Task.sleep(for: Self.delay)
            guard let self else { return }
            state.withLock { $0.isScheduled = false }
            await flush()
        }
    }

    private func storeAll() async {
        while let flush = next() {
            guard await store(flush) else { return schedule() }
        }
    }

    /// The batch that is to be sent: that of the last attempt, or else a new one.
    private func next() -> Flush? {
        state.withLock { state in
            if let flush = state.underWay { return flush }
            guard !state.counts.isEmpty else { return nil }
            let counts = state.counts.sorted { $0.key < $1.key }.prefix(Self.batchSize)
            for (release, _) in counts { state.counts[release] = nil }
            let flush = Flush(
                id: Self.id(at: Timestamp.now().microseconds) + Secrets.uuid(), previous: state.stored,
                counts: counts.map { ($0.key, $0.value) })
            state.underWay = flush
            return flush
        }
    }

    /// Whether the batch is known to be stored.
    private func store(_ flush: Flush) async -> Bool {
        var flush = flush
        while !flush.counts.isEmpty {
            let (operations, subjects) = operations(flush)
            do throws(StorageError) {
                try await records.commit(Batch(operations: operations))
                break
            } catch {
                // An earlier attempt was stored.
                if error.code == .exists, error.place == .operation(0) { break }
                let culprit = Self.culprit(error, subjects)
                if let culprit {
                    // What cannot be counted must not keep the rest from it. The batch changed nothing.
                    flush.counts.removeAll { $0.release.name == culprit }
                } else {
                    flush.mayArrive = true
                }
                let rest = flush
                state.withLock { $0.underWay = rest }
                if culprit == nil { return false }
            }
        }
        state.withLock { state in
            state.underWay = nil
            state.stored = flush.mayArrive ? nil : flush.id
        }
        return true
    }

    /// The package that cannot be counted for: there is no such record, or its count overflows.
    private static func culprit(_ error: StorageError, _ subjects: [PackageName?]) -> PackageName? {
        guard [.notFound, .failed].contains(error.code), case .operation(let position) = error.place,
            subjects.indices.contains(position)
        else { return nil }
        return subjects[position]
    }

    /// The operations, and the package that each is about.
    private func operations(_ flush: Flush) -> ([Use], [PackageName?]) {
        var operations: [(use: Use, subject: PackageName?)] = [(shapes.insertFlush(.text(flush.id)), nil)]
        if let previous = flush.previous { operations.append((shapes.deleteFlush(.text(previous)), nil)) }
        var totals: [PackageName: Int64] = [:]
        for (release, count) in flush.counts {
            totals[release.name, default: 0] += count
            let use = shapes.addReleaseDownloads(
                .text(release.name.text), .text(release.version.description), .integer(count))
            operations.append((use, release.name))
        }
        for (name, count) in totals.sorted(by: { $0.key < $1.key }) {
            operations.append((shapes.addPackageDownloads(.text(name.text), .integer(count)), name))
            operations.append((shapes.addRankingDownloads(.text(name.text), .integer(-count)), name))
        }
        return (operations.map(\.use), operations.map(\.subject))
    }

    /// Deletes some ids that ended processes have left. Gives how many it found.
    func forgetOldFlushes(limit: Int) async throws(StorageError) -> Int {
        let oldest = Self.id(at: max(0, Timestamp.now().microseconds - Self.keep))
        let rows = try await records.scan(shapes.flushesBefore(.text(oldest)), after: nil, limit: limit).rows
        if !rows.isEmpty { try await records.commit(Batch(operations: rows.map { shapes.deleteFlush($0[0]) })) }
        return rows.count
    }

    /// Sixteen hexadecimal digits, so that ids sort by their time.
    private static func id(at microseconds: Int64) -> String {
        let digits = String(UInt64(clamping: microseconds), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
