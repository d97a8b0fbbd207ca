internal import Synchronization
internal import VaisHost
internal import VaisModel

/// Counts downloads in memory and adds them to the store every few seconds, many in one batch: a download costs no write of its own.
/// What was counted since the last flush is lost in a crash. Thread-safe.
final class DownloadCounter: Sendable {
    private struct State {
        var counts: [ReleaseID: Int64] = [:]
        var isScheduled = false
    }

    private static let delay = Duration.seconds(5)
    private static let batchSize = 200

    private let records: any RecordStore
    private let shapes: RegistryShapes
    private let state = Mutex(State())

    init(_ records: any RecordStore, _ shapes: RegistryShapes) {
        self.records = records
        self.shapes = shapes
    }

    func count(_ release: ReleaseID) {
        let schedules = state.withLock { state in
            state.counts[release, default: 0] += 1
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        guard schedules else { return }
        Task { [weak self] in
            try? await Task.sleep(for: Self.delay)
            await self?.flush()
        }
    }

    func flush() async {
        let counts = state.withLock { state in
            defer { state.counts = [:] }
            state.isScheduled = false
            return state.counts.sorted { $0.key < $1.key }
        }
        var position = 0
        while position < counts.count {
            let part = counts[position..<min(position + Self.batchSize, counts.count)]
            position += part.count
            let operations = part.flatMap { release, count in
                [
                    shapes.addReleaseDownloads(
                        .text(release.name.text), .text(release.version.description), .integer(count)),
                    shapes.addPackageDownloads(.text(release.name.text), .integer(count)),
                ]
            }
            if (try? await records.commit(Batch(operations: operations))) == nil {
                // The store is away: keep them for the next time.
                state.withLock { state in
                    for (release, count) in part { state.counts[release, default: 0] += count }
                }
            }
        }
    }
}
