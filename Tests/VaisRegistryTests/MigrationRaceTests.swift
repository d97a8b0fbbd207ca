import RegistryTesting
import Synchronization
import Testing
import VaisHost
import VaisModel
import VaisProtocol

@testable import VaisRegistry

/// The migration of one node stands still before one of its commits while something else happens. What it asks of the store it asks in
/// the same order each time: pages, counts, what is left over, expiries, the number.
@Suite("Nodes that migrate the same data") struct MigrationRaceTests {
    @Test(
        "leave what the fastest has made of it, and everything that has changed since",
        arguments: 0..<5)
    func overtaken(_ pause: Int) async throws {
        try await withOldData { storage, shapes, folder in
            let before = Mutex<[[Row]]>([])
            try await migrate(storage, shapes, pauseBefore: pause) {
                let fast = try await TestRegistry(on: storage, shapes, .memory, folder: folder)
                let admin = try await fast.login("root", isAdmin: true)
                // `few` moves from one category to another, `gone` comes back, and both are downloaded.
                for (name, category) in [("few", "new"), ("gone", "text")] {
                    try await fast.publish(
                        TestPackage.archive(name, "3.0.0", package: "categories = [\"\(category)\"]"), by: admin)
                    fast.registry.countDownload(
                        of: ReleaseID(name: try PackageName(parsing: name), version: try version("3.0.0")))
                }
                #expect(await fast.registry.flushDownloads() == 0)
                let rows = try await listings(storage, shapes)
                before.withLock { $0 = rows }
            }
            #expect(!before.withLock { $0.isEmpty })
            #expect(try await listings(storage, shapes) == before.withLock { $0 })
            let registry = try await TestRegistry(on: storage, shapes, .memory, folder: folder).registry
            let list = try await registry.search(SearchQuery())
            #expect(list.total == 3 && list.packages.map(\.name.text) == ["much", "gone", "few"])
            #expect(
                try await registry.categories() == [
                    CategoryCount(name: "text", count: 2), CategoryCount(name: "new", count: 1),
                ])
        }
    }

    @Test(
        "lose nothing of each other's work, wherever one ends in the midst of another's",
        arguments: 0..<5, 1..<5)
    func interleaved(_ pause: Int, _ allowed: Int) async throws {
        try await withOldData { storage, shapes, folder in
            try await migrate(storage, shapes, pauseBefore: pause) {
                let made = Mutex(0)
                let other = CountingStore(storage.records)
                other.setFault { _ in
                    made.withLock { made in
                        made += 1
                        return made > allowed ? .refused(.unavailable) : nil
                    }
                }
                do throws(StorageError) {
                    try await DataFormat.bringUpToDate(other, shapes)
                } catch {
                    #expect(error.code == .unavailable)
                }
            }
            let registry = try await TestRegistry(on: storage, shapes, .memory, folder: folder).registry
            #expect(try await registry.search(SearchQuery()).total == 2)
            #expect(try await registry.categories() == [CategoryCount(name: "text", count: 2)])
            let counts = try await storage.records.scanAll(shapes.allLabelCounts())
            #expect(counts == [Row([.text("category"), .text("text")])])
        }
    }

    // MARK: - Stores

    private func migrate(
        _ storage: Storage, _ shapes: RegistryShapes, pauseBefore pause: Int,
        _ meanwhile: @escaping @Sendable () async throws -> Void
    ) async throws {
        let store = PausedStore(storage.records, before: pause, meanwhile)
        try await DataFormat.bringUpToDate(store, shapes)
        #expect(store.hasPaused)
    }

    /// What follows from the packages.
    private func listings(_ storage: Storage, _ shapes: RegistryShapes) async throws -> [[Row]] {
        var rows: [[Row]] = []
        for name in ["few", "gone", "much"] {
            rows.append(try await storage.records.get([shapes.ranking(.text(name))]).compactMap { $0 })
        }
        for name in ["text", "new", "left"] {
            rows.append(
                try await storage.records.get([shapes.labelCount(.text("category"), .text(name))]).compactMap { $0 })
        }
        rows.append(try await storage.records.get([shapes.counter(.text(CounterName.shown))]).compactMap { $0 })
        return rows
    }

    /// Two packages that are shown and one that is not, as format 1 kept them, and a count that an earlier attempt has left.
    private func withOldData(
        _ body: (Storage, RegistryShapes, _ folder: String) async throws -> Void
    ) async throws {
        try await TestRegistry.withFolder { folder in
            let (set, shapes) = RegistryShapes.declare()
            let storage = try await TestRegistry.openStorage(.memory, set, in: folder)
            do {
                try await fill(storage, shapes)
                try await body(storage, shapes, folder)
            } catch {
                await storage.close()
                throw error
            }
            await storage.close()
        }
    }

    private func fill(_ storage: Storage, _ shapes: RegistryShapes) async throws {
        var batch = Batch()
        let now = Timestamp.now().microseconds
        for (name, downloads, latest) in [("few", 1, "1.0.0"), ("gone", 5, ""), ("much", 9, "2.0.0")] {
            batch.operations.append(
                shapes.insertPackage(
                    .text(name), .text(name), .text("some words"), .null, .null, .null, .null, .text(""), .text("text"),
                    .time(now), .time(now), .integer(Int64(downloads)), .text(latest)))
            batch.operations.append(shapes.insertLabel(.text("category"), .text("text"), .text(name)))
        }
        batch.operations.append(
            shapes.insertToken(
                .text("short"), .text("user"), .text("short"), .bytes([1]), .text("read"), .time(now + 86_400_000_000),
                .null, .time(now)))
        batch.operations.append(shapes.setLabelCount(.text("category"), .text("left"), .integer(7)))
        batch.operations.append(shapes.insertCounter(.text(CounterName.serial), .integer(4)))
        try await storage.records.commit(batch)
    }
}

/// A store that lets something else happen before one of its commits, once.
private final class PausedStore: RecordStore {
    private let store: any RecordStore
    private let pause: Int
    private let meanwhile: @Sendable () async throws -> Void
    private let commits = Mutex(0)

    init(_ store: any RecordStore, before pause: Int, _ meanwhile: @escaping @Sendable () async throws -> Void) {
        self.store = store
        self.pause = pause
        self.meanwhile = meanwhile
    }

    var hasPaused: Bool { commits.withLock { $0 > pause } }

    func get(_ uses: [Use]) async throws(StorageError) -> [Row?] { try await store.get(uses) }

    func scan(_ use: Use, after: Position?, limit: Int) async throws(StorageError) -> VaisHost.Page {
        try await store.scan(use, after: after, limit: limit)
    }

    func commit(_ batch: Batch) async throws(StorageError) {
        let number = commits.withLock { commits in
            defer { commits += 1 }
            return commits
        }
        if number == pause {
            do { try await meanwhile() } catch { Issue.record(error) }
        }
        try await store.commit(batch)
    }

    func health() async throws(StorageError) { try await store.health() }
}
